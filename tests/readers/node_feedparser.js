// What npm's feedparser shows of the document on standard input, as JSON.
'use strict';
const FeedParser = require('feedparser');

const shown = [];
const parser = new FeedParser({addmeta: false});
parser.on('error', (error) => {
  process.stderr.write(`${error}\n`);
  process.exitCode = 1;
});
parser.on('readable', () => {
  for (let item = parser.read(); item; item = parser.read())
    shown.push({id: item.guid, title: item.title, url: item.link, published: item.pubdate, author: item.author});
});
parser.on('end', () => process.stdout.write(JSON.stringify({site: parser.meta.link, shown})));
process.stdin.pipe(parser);
