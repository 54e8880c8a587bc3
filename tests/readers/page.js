// The page in a real browser: each width in each colour scheme with axe-core, and one load under its own policy.
// Reads {folder, executable, pages: [{url, name, widths, schemes}]} from standard input, writes what it saw as JSON;
// judges nothing.
'use strict';
const fs = require('fs');
const path = require('path');
const {chromium} = require('playwright-core');

const order = JSON.parse(fs.readFileSync(0, 'utf8'));
const axeSource = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const axeTags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const limit = 30000;  // of each step, in milliseconds
const settling = 600;  // what shifts or loads late shows by then

const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'];

// Runs in the page before anything of it: what the browser reports while it loads.
function watch() {
  window.seen = {shift: 0, policy: []};
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.seen.shift += entry.value;
  }).observe({type: 'layout-shift', buffered: true});
  document.addEventListener('securitypolicyviolation', (event) => {
    window.seen.policy.push(`${event.violatedDirective} ${event.blockedURI}`);
  });
}

// How wide the page is, and what reaches beyond its right edge.
function measure() {
  const root = document.documentElement;
  const wide = [...document.querySelectorAll('body *')].filter((one) => {
    const box = one.getBoundingClientRect();
    return box.width > 0 && box.right > root.clientWidth + 0.5 && box.left < root.clientWidth;
  });
  return {
    scrollWidth: root.scrollWidth, clientWidth: root.clientWidth, shift: window.seen.shift, policy: window.seen.policy,
    wide: wide.slice(-3).map((one) => one.outerHTML.slice(0, 120)), elements: document.querySelectorAll('*').length,
    stories: document.querySelectorAll('.h-entry').length,
  };
}

async function load(browser, url, name, options) {
  const context = await browser.newContext({viewport: {width: options.width, height: 900}, colorScheme: options.scheme,
    bypassCSP: options.withAxe});
  const page = await context.newPage();
  page.setDefaultTimeout(limit);
  const result = {name, requests: [], console: []};
  page.on('request', (request) => result.requests.push(request.url()));
  page.on('console', (message) => result.console.push(
    {type: message.type(), text: message.text(), address: message.location().url}));
  page.on('pageerror', (error) => result.console.push({type: 'pageerror', text: `${error}`, address: ''}));
  await page.addInitScript(watch);
  const response = await page.goto(url, {waitUntil: 'load', timeout: limit});
  await page.waitForTimeout(settling);
  Object.assign(result, {status: response.status()}, await page.evaluate(measure));
  await page.screenshot({path: path.join(order.folder, `${name}.png`), fullPage: true});
  if (options.withAxe) {
    await page.evaluate(axeSource);
    result.axe = await page.evaluate(async (tags) => {
      const found = await window.axe.run(document, {runOnly: {type: 'tag', values: tags}});
      const brief = (rules) => rules.map((rule) => (
        {id: rule.id, help: rule.help, nodes: rule.nodes.map((node) => node.html.slice(0, 160))}));
      return {version: window.axe.version, passes: found.passes.length, violations: brief(found.violations),
        incomplete: brief(found.incomplete)};
    }, axeTags);
  }
  await context.close();
  return result;
}

async function main() {
  const browser = await chromium.launch({executablePath: order.executable, args: flags, timeout: limit});
  const loads = [];
  try {
    for (const {url, name, widths, schemes} of order.pages) {
      for (const width of widths)
        for (const scheme of schemes)
          loads.push(await load(browser, url, `${name}-${width}-${scheme}`, {width, scheme, withAxe: true}));
    }
    const first = order.pages[0];
    loads.push(await load(browser, first.url, `${first.name}-policy`, {width: 800, scheme: 'light', withAxe: false}));
  } finally {
    await browser.close();
  }
  process.stdout.write(JSON.stringify({version: browser.version(), loads}));
}

main().catch((error) => {
  process.stderr.write(`${error}\n`);
  process.exitCode = 1;
});
