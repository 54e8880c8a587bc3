"""A feed of many stories with the lengths of real ones (titles about 87 characters, summaries about 360).

The words are invented. How often a word comes back decides how well the page compresses, so they are drawn as in real
prose: few very often, most rarely. Always the same seed, so that two runs measure the same bytes.
"""
import random
import xml.sax.saxutils
import zlib

STARTS = "b br c ch d dr f fl g gr h j k l m n p pr qu r s sh st t th tr v w".split()
MIDDLES = "a ai e ea ee i ie o oa ou u".split()
ENDS = ["", "", "", "l", "n", "nd", "r", "rs", "s", "st", "t", "ting", "ment", "ty"]
SMALL = ("the of and to in a for on with that by from as at is are has their its after more than over into who were "
         "was will said new people country support access while during under between").split()
WORDS = 8000


def vocabulary(chance):
    words = []
    while len(words) < WORDS:
        word = "".join(chance.choice(STARTS) + chance.choice(MIDDLES) for _ in range(chance.choice((1, 1, 2, 2, 3))))
        words.append(word + chance.choice(ENDS))
    return words


def sentence(chance, words, length):
    text = ""
    while len(text) < length:
        # Every third word is a small one; of the others few come back. The exponents are fitted to compression().
        word = chance.choice(SMALL) if chance.random() < 0.36 else words[int(WORDS ** chance.random() ** 0.3) - 1]
        text += (" " if text else "") + word
    return text[0].upper() + text[1:]


def stories(count):
    chance = random.Random(50)
    words = vocabulary(chance)
    for number in range(count):
        title = sentence(chance, words, chance.randint(60, 110))
        yield number, title, sentence(chance, words, chance.randint(150, 570)) + "."


def compression(count):
    """How far gzip gets with the text alone; English news comes to about 0.4 to 0.45."""
    text = "\n".join(title + "\n" + summary for _, title, summary in stories(count)).encode()
    return len(zlib.compress(text, 6)) / len(text)


def document(count):
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<rss version="2.0"><channel>',
             '<title>Bureau of Long Lists</title>', '<link>https://lists.example/</link>',
             '<description>Many stories</description>']
    for number, title, summary in stories(count):
        slug = title.lower().replace(" ", "-")
        day, hour, minute = number % 28 + 1, number * 7 % 24, number * 13 % 60
        lines += [f"<item><title>{xml.sax.saxutils.escape(title)}</title>",
                  f"<link>https://lists.example/en/story/2025/{number % 12 + 1:02}/{slug}</link>",
                  f"<guid isPermaLink=\"false\">list-{number}</guid>",
                  f"<pubDate>{day:02} Jul 2025 {hour:02}:{minute:02}:00 GMT</pubDate>",
                  f"<description>{xml.sax.saxutils.escape(summary)}</description></item>"]
    return "\n".join(lines + ["</channel></rss>", ""]).encode("utf-8")
