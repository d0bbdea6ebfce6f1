// Draws media/icon.png: typed text, the cursor, and the paler text that is suggested behind it.
import { writeFileSync } from "node:fs";
import { crc32, deflateSync } from "node:zlib";

const size = 256;
const samples = 4; // in each direction, for smooth edges
const background = [24, 33, 47];
/** x, y, width, height, radius and colour, on a square of 256. */
const shapes = [
    [40, 64, 112, 22, 11, [226, 232, 240]],
    [40, 117, 60, 22, 11, [226, 232, 240]],
    [110, 104, 10, 48, 5, [94, 234, 212]],
    [130, 117, 86, 22, 11, [82, 101, 128]],
    [40, 170, 136, 22, 11, [82, 101, 128]],
];

function isInside([x, y, width, height, radius], px, py) {
    const dx = Math.max(x + radius - px, px - (x + width - radius), 0);
    const dy = Math.max(y + radius - py, py - (y + height - radius), 0);
    return dx * dx + dy * dy <= radius * radius;
}

function pixel(x, y) {
    const sum = [0, 0, 0, 0];
    for (let i = 0; i < samples * samples; i++) {
        const px = x + ((i % samples) + 0.5) / samples;
        const py = y + (Math.floor(i / samples) + 0.5) / samples;
        if (!isInside([0, 0, size, size, 48], px, py)) continue;
        const colour = shapes.find((shape) => isInside(shape, px, py))?.[5] ?? background;
        colour.forEach((value, channel) => (sum[channel] += value));
        sum[3]++;
    }
    const colour = sum.slice(0, 3).map((value) => Math.round(value / Math.max(sum[3], 1)));
    return [...colour, Math.round((255 * sum[3]) / samples ** 2)];
}

function chunk(type, data) {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
    const framed = Buffer.alloc(body.length + 8);
    framed.writeUInt32BE(data.length, 0);
    body.copy(framed, 4);
    framed.writeUInt32BE(crc32(body), body.length + 4);
    return framed;
}

const rows = [];
for (let y = 0; y < size; y++) {
    rows.push(0); // no filter
    for (let x = 0; x < size; x++) rows.push(...pixel(x, y));
}
const header = Buffer.alloc(13);
header.writeUInt32BE(size, 0);
header.writeUInt32BE(size, 4);
header.set([8, 6, 0, 0, 0], 8); // 8 bits, RGBA
const png = Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.from(rows), { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
]);
writeFileSync(new URL("../media/icon.png", import.meta.url), png);
