// What rss-parser shows of the document on standard input, as JSON.
'use strict';
const fs = require('fs');
const Parser = require('rss-parser');

new Parser().parseString(fs.readFileSync(0, 'utf8')).then((feed) => {
  const shown = feed.items.map((item) => (
    {id: item.id, title: item.title, url: item.link, published: item.isoDate, author: item.author || null}));
  process.stdout.write(JSON.stringify({site: feed.link, shown}));
});
