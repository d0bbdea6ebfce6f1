using CoderLsp.Inference.KvCache;
using CoderLsp.Kernels.Attention;
using FsCheck;
using FsCheck.Fluent;
using static CoderLsp.Inference.Tests.KvCache.HashedTexts;

namespace CoderLsp.Inference.Tests.KvCache;

public sealed class KvTreeTests
{
    /// <summary>Texts of few different tokens, so that many begin alike, on few pages, so that pages have to go.</summary>
    [Fact]
    public void Whatever_is_asked_each_position_has_what_belongs_to_the_tokens_before_it()
    {
        var texts = Gen.Choose(0, 150).SelectMany(length => Gen.Choose(1, 40).Select(unlike => (length, unlike)));
        var steps = texts.SelectMany(text => Gen.Choose(0, 9).Select(kind => new Step(text.length, text.unlike, kind))).ListOf();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(11, 1), Prop.ForAll(steps.ToArbitrary(), all =>
        {
            using var tree = new KvTree(Layout, mostPages: 9);
            using KvSequence one = new(tree), other = new(tree);
            foreach (var step in all) step.Do(one, other);
        }));
    }

    /// <param name="Length">Of the text.</param>
    /// <param name="Unlike">Every so many tokens one depends on the text's length, so that texts part.</param>
    /// <param name="Kind">What happens on the way.</param>
    sealed record Step(int Length, int Unlike, int Kind)
    {
        public void Do(KvSequence one, KvSequence other)
        {
            int[] text = [.. Enumerable.Range(0, Length).Select(i => i % Unlike == Unlike - 1 ? Length % 3 : i % 2)];
            one.Clear();
            if (Kind == 1) other.Clear(); // else it holds its pages while the first one goes on
            try
            {
                Compute(one, text, batch: Kind + 1);
                if (Kind == 2)
                {
                    other.Clear();
                    Compute(other, text.AsSpan(0, Length / 2), 7);
                }

                if (Kind == 3)
                {
                    one.Reserve(20); // a batch that is cancelled
                    one.Clear();
                }

                if (Kind is 4 or 5) // a draft that is rejected
                {
                    one.Truncate(Length * Kind / 8);
                    Verify(one, text.AsSpan(0, Length * Kind / 8));
                    Compute(one, text, 5);
                }
            }
            catch (CacheFullException)
            {
                other.Length.ShouldBeGreaterThan(0); // one alone finds room always
                other.Clear();
            }
        }

        static void Compute(KvSequence sequence, ReadOnlySpan<int> text, int batch)
        {
            sequence.Extend(text);
            Verify(sequence, text[..sequence.Length]);
            while (sequence.Length < text.Length) Append(sequence, text[..Math.Min(sequence.Length + batch, text.Length)]);
            Verify(sequence, text);
        }
    }

    [Fact]
    public void Texts_that_begin_alike_share_their_pages_and_the_rest_of_one_is_copied()
    {
        using var tree = new KvTree(Layout, 100);
        using KvSequence one = new(tree), other = new(tree);
        int[] text = [.. Enumerable.Range(0, 80)];
        Fill(one, text);
        text[70] = -1;
        other.Extend(text);
        other.Length.ShouldBe(64); // the last page is still being written by the first one
        one.Clear();
        other.Clear();
        other.Extend(text);
        other.Length.ShouldBe(70);
        Verify(other, text.AsSpan(0, 70));
        tree.Statistics.Bytes.ShouldBe(4 * Layout.PageBytes);
    }

    [Fact]
    public void The_least_recently_used_leaves_go_first_and_what_is_in_use_stays()
    {
        using var tree = new KvTree(Layout, 6);
        using var sequence = new KvSequence(tree);
        foreach (var first in new[] { 1000, 2000, 3000 }) Fill(sequence, Text(first, 64)); // two pages each
        Fill(sequence, Text(1000, 64)); // used again
        Fill(sequence, Text(4000, 32));
        Known(2000).ShouldBe(32); // its leaf has gone
        Known(1000).ShouldBe(64);
        Known(3000).ShouldBe(64);
        tree.Statistics.EvictedTokens.ShouldBe(32);

        sequence.Clear();
        sequence.Extend(Text(1000, 64));
        using var greedy = new KvSequence(tree);
        Should.Throw<CacheFullException>(() => Fill(greedy, Text(5000, 200))).Message.ShouldContain("cache.maxMegabytes");
        greedy.Clear();
        Verify(sequence, Text(1000, 64));

        int Known(int first)
        {
            sequence.Clear();
            sequence.Extend(Text(first, 64));
            return sequence.Length;
        }
    }

    [Fact]
    public void What_typing_leaves_behind_goes_before_what_is_older()
    {
        using var tree = new KvTree(Layout, 5);
        using var sequence = new KvSequence(tree);
        Fill(sequence, Text(1000, 64));
        for (var key = 0; key < 20; key++) Fill(sequence, [.. Text(2000, 40 + key), -key]);
        sequence.Clear();
        sequence.Extend(Text(1000, 64));
        sequence.Length.ShouldBe(64);
    }

    [Fact]
    public void A_text_that_is_computed_twice_is_kept_once()
    {
        using var tree = new KvTree(Layout, 100);
        using KvSequence one = new(tree), other = new(tree);
        Append(one, Text(0, 30)); // both begin before either has anything to share
        Append(other, Text(0, 30));
        Append(one, Text(0, 80));
        Append(other, Text(0, 80));
        one.Clear();
        other.Clear();
        Fill(one, Text(9000, 96)); // on the pages that were given back
        tree.Statistics.Bytes.ShouldBe(6 * Layout.PageBytes);
        one.Clear();
        one.Extend(Text(0, 80));
        Verify(one, Text(0, 80));
    }
}
