// Writes metaModel.json (the LSP's machine-readable form) to the standard output. The package vscode-languageserver-protocol carries only
// that file's schema; the file itself is made from the package's type declarations, as is done here for what the tests read of it.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

const require = createRequire(path.join(process.cwd(), 'package.json'));
const ts = require('typescript');
const { SyntaxKind: Kind } = ts;

const modules = path.join(process.cwd(), 'node_modules');
const protocol = path.join(modules, 'vscode-languageserver-protocol', 'lib', 'common');
const files = [
  path.join(modules, 'vscode-languageserver-types', 'lib', 'esm', 'main.d.ts'),
  ...fs.readdirSync(protocol).filter(name => /^protocol\..*d\.ts$/.test(name)).map(name => path.join(protocol, name)),
];

const base = name => ({ kind: 'base', name });
const reference = name => ({ kind: 'reference', name });
const property = (name, type, optional) => ({ name, type, ...(optional && { optional }) });
const structure = (name, ...properties) => ({ name, properties });
const notification = (method, params) => ({ method, params: reference(params), messageDirection: 'both' });

const baseTypes = new Set(['DocumentUri', 'URI', 'integer', 'uinteger', 'decimal']);
const booleanNames = new Map([[Kind.TrueKeyword, true], [Kind.FalseKeyword, false]]);
const anyTypes = ['LSPAny', 'LSPObject', 'LSPArray'];
// These belong to vscode-jsonrpc, where they are parts of its implementation.
const model = {
  metaData: { version: JSON.parse(fs.readFileSync(path.join(protocol, '..', '..', 'package.json'), 'utf8')).version },
  requests: [],
  notifications: [
    notification('$/setTrace', 'SetTraceParams'), notification('$/logTrace', 'LogTraceParams'),
    notification('$/cancelRequest', 'CancelParams'), notification('$/progress', 'ProgressParams')],
  structures: [
    structure('SetTraceParams', property('value', reference('TraceValue'))),
    structure('LogTraceParams', property('message', base('string')), property('verbose', base('string'), true)),
    structure('CancelParams', property('id', reference('ProgressToken'))),
    structure('ProgressParams', property('token', reference('ProgressToken')), property('value', reference('LSPAny')))],
  enumerations: [
    { name: 'TraceValue', type: base('string'), values: ['off', 'messages', 'verbose'].map(value => ({ name: value, value })) }],
  typeAliases: [{ name: 'ProgressToken', type: { kind: 'or', items: [base('integer'), base('string')] } }],
};

const sources = files.map(file => ts.createSourceFile(file, fs.readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true));
const statements = sources.flatMap(source => [...source.statements]);
const namespaces = new Map(statements.filter(ts.isModuleDeclaration).map(node => [node.name.text, constantsOf(node)]));

/** The constants of a namespace: name → its type, or its value where that says the type. */
function constantsOf(node) {
  const variables = node.body.statements.filter(ts.isVariableStatement).flatMap(statement => [...statement.declarationList.declarations]);
  return new Map(variables.map(variable => [variable.name.text, variable.type ?? variable.initializer]));
}

/** The value of a literal (type), or undefined. */
function literalOf(node) {
  const literal = node && ts.isLiteralTypeNode(node) ? node.literal : node;
  if (!literal) return undefined;
  if (ts.isStringLiteralLike(literal)) return literal.text;
  if (ts.isNumericLiteral(literal)) return Number(literal.text);
  if (ts.isPrefixUnaryExpression(literal)) return -Number(literal.operand.text);
  return undefined;
}

function typeOf(node) {
  switch (node.kind) {
    case Kind.StringKeyword: return base('string');
    case Kind.NumberKeyword: return base('integer');
    case Kind.BooleanKeyword: return base('boolean');
    case Kind.VoidKeyword: return base('null');
    case Kind.AnyKeyword: case Kind.UnknownKeyword: case Kind.ObjectKeyword: return reference('LSPAny');
    case Kind.ParenthesizedType: return typeOf(node.type);
    case Kind.ArrayType: return { kind: 'array', element: typeOf(node.elementType) };
    case Kind.TupleType: return { kind: 'tuple', items: node.elements.map(typeOf) };
    case Kind.TypeReference: return named(node);
    case Kind.TypeQuery: return literal(namespaces.get(node.exprName.left.text).get(node.exprName.right.text));
    case Kind.TypeLiteral: return literalStructure(node);
    case Kind.UnionType: {
      const items = node.types.filter(type => type.kind !== Kind.UndefinedKeyword);
      return items.length === 1 ? typeOf(items[0]) : { kind: 'or', items: items.map(typeOf) };
    }
    case Kind.IntersectionType: return { kind: 'and', items: node.types.map(typeOf) };
    case Kind.LiteralType: return literal(node);
    default: throw new Error(`No rule for ${Kind[node.kind]}: ${node.getText()}`);
  }
}

function literal(node) {
  const kind = node.literal?.kind;
  if (kind === Kind.NullKeyword) return base('null');
  if (booleanNames.has(kind)) return { kind: 'booleanLiteral', value: booleanNames.get(kind) };
  const value = literalOf(node);
  return typeof value === 'string' ? { kind: 'stringLiteral', value } : { kind: 'integerLiteral', value };
}

function named(node) {
  const name = node.typeName.getText();
  if (baseTypes.has(name)) return base(name);
  if (name === 'T') return reference('LSPAny'); // ServerCapabilities<T>: what is experimental
  return reference(name);
}

function literalStructure(node) {
  const index = node.members.find(ts.isIndexSignatureDeclaration);
  if (index) return { kind: 'map', key: typeOf(index.parameters[0].type), value: typeOf(index.type) };
  return { kind: 'literal', value: { properties: propertiesOf(node) } };
}

const propertiesOf = node => node.members.filter(ts.isPropertySignature)
  .map(member => property(member.name.text, typeOf(member.type), member.questionToken !== undefined));

function addInterface(node) {
  const parents = (node.heritageClauses ?? []).flatMap(clause => clause.types.map(type => reference(type.expression.text)));
  model.structures.push({ name: node.name.text, properties: propertiesOf(node), ...(parents.length && { extends: parents }) });
}

function addAlias(node) {
  const name = node.name.text;
  if (baseTypes.has(name)) return;
  if (anyTypes.includes(name)) return void model.typeAliases.push({ name, type: base(name) });
  const options = ts.isUnionTypeNode(node.type) ? [...node.type.types] : [node.type];
  const constants = [...namespaces.get(name)?.entries() ?? []].filter(([, type]) => literalOf(type) !== undefined);
  if (options.every(option => literalOf(option) !== undefined))
    addEnumeration(name, options.map(option => [String(literalOf(option)), literalOf(option)]), false);
  else if (constants.length > 0 && ts.isTypeReferenceNode(node.type) | node.type.kind === Kind.StringKeyword)
    addEnumeration(name, constants.map(([key, type]) => [key, literalOf(type)]), true);
  else if (ts.isTypeLiteralNode(node.type)) model.structures.push({ name, properties: propertiesOf(node.type) });
  else if (ts.isIntersectionTypeNode(node.type)) {
    const [literals, references] = [node.type.types.filter(ts.isTypeLiteralNode), node.type.types.filter(type => !ts.isTypeLiteralNode(type))];
    model.structures.push({ name, properties: literals.flatMap(propertiesOf), extends: references.map(typeOf) });
  } else model.typeAliases.push({ name, type: typeOf(node.type) });
}

function addEnumeration(name, values, supportsCustomValues) {
  const type = base(typeof values[0][1] === 'string' ? 'string' : values.every(([, value]) => value >= 0) ? 'uinteger' : 'integer');
  model.enumerations.push({ name, type, values: values.map(([key, value]) => ({ name: key, value })), ...(supportsCustomValues && { supportsCustomValues }) });
}

/** A namespace with `method` and `type` is a message. */
function addMessage(constants) {
  const method = literalOf(constants.get('method'));
  const type = constants.get('type');
  if (method === undefined || !type || !ts.isTypeReferenceNode(type)) return;
  const kind = type.typeName.getText();
  const [parameters, result, partial] = kind.endsWith('0') ? [undefined, ...type.typeArguments] : type.typeArguments;
  const params = parameters && { params: typeOf(parameters) };
  if (kind.startsWith('ProtocolNotificationType')) model.notifications.push({ method, ...params });
  else if (kind.startsWith('ProtocolRequestType')) {
    const hasPartial = partial && partial.kind !== Kind.NeverKeyword && partial.kind !== Kind.VoidKeyword;
    model.requests.push({ method, ...params, result: typeOf(result), ...(hasPartial && { partialResult: typeOf(partial) }) });
  }
}

for (const node of statements) {
  if (ts.isInterfaceDeclaration(node)) addInterface(node);
  else if (ts.isTypeAliasDeclaration(node)) addAlias(node);
  else if (ts.isEnumDeclaration(node)) addEnumeration(node.name.text, node.members.map(member => [member.name.text, member.initializer.text]), true);
  else if (ts.isModuleDeclaration(node)) addMessage(namespaces.get(node.name.text));
}
process.stdout.write(JSON.stringify(model, null, 1));
