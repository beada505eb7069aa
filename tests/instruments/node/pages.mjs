// Every page of a list, in one browser: does it come as it should, is it valid, can everyone use it, and how does it look.
// LIST=file with JSON [{name, url, status, lang, target_px, post?: "a=b&c=d", cookie?: "a=b; c=d"}] OUT=directory of pictures LANES=2
// Per page: status; html-validate; at 360 px axe, targets, names in the accessibility tree, all stops of the Tab key with their
// ring in sight; no sideways scroll at 360 px, 320 px (= 1280 px at 400 %), with WCAG 1.4.12's spacing and with letters of 200 %;
// contrast again in the dark; lines of pictures in forced colours; nothing moves under reduced motion; pictures at 360x640 and 1280x800.
import { withBrowser, env, figure } from './lib.mjs'; import { readFileSync, mkdirSync } from 'node:fs'; import { createRequire } from 'node:module'; import { HtmlValidate } from 'html-validate';
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const list = JSON.parse(readFileSync(env('LIST'), 'utf8')), out = env('OUT', ''), lanes = +env('LANES', 2);
if (out) mkdirSync(out, { recursive: true });
const validator = new HtmlValidate({ extends: ['html-validate:standard'], rules: { 'no-trailing-whitespace': 'off' } });
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const NAMED = new Set(['link', 'button', 'textbox', 'searchbox', 'radio', 'checkbox', 'combobox', 'heading', 'image', 'img', 'graphics-document', 'radiogroup', 'progressbar', 'DisclosureTriangle']);
const SPACING = '*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}p{margin-bottom:2em!important}';

// What is done inside the page.
const targets = min => [...document.querySelectorAll('a[href],button,input:not([type=hidden]),select,textarea,summary')].filter(e => {
  if (e.tagName === 'A' && getComputedStyle(e).display === 'inline' && e.closest('p,li,td,dd,dt')) return false; // WCAG 2.5.8: a link within a sentence
  let r = e.getBoundingClientRect(); if (!r.width || getComputedStyle(e).visibility === 'hidden') return false;
  for (const l of e.labels || []) if (/radio|checkbox/.test(e.type)) { const q = l.getBoundingClientRect(); r = { width: Math.max(r.width, q.width), height: Math.max(r.height, q.height) }; }
  return r.width < min || r.height < min; }).map(e => e.outerHTML.slice(0, 80));
const sideways = () => document.documentElement.scrollWidth - innerWidth;
const focused = () => { const e = document.activeElement; if (!e || e === document.body) return null;
  const ring = x => { const c = x && getComputedStyle(x); return c && ((c.outlineStyle !== 'none' && parseFloat(c.outlineWidth) >= 2) || c.boxShadow !== 'none'); };
  const r = e.getBoundingClientRect(); if (!('stop' in e)) e.stop = 0; e.stop++;
  return { again: e.stop > 1, tag: e.tagName + (e.id ? '#' + e.id : ''), ring: ring(e) || ring(e.nextElementSibling) || ring(e.labels?.[0]), seen: r.bottom > 0 && r.top < innerHeight }; };
const stops = () => { const groups = new Set(); return [...document.querySelectorAll('a[href],button,input:not([type=hidden]),select,textarea,summary,[tabindex="0"]')].filter(e => {
  if (!e.checkVisibility({ visibilityProperty: true }) || e.disabled || e.tabIndex < 0) return false;
  if (e.type !== 'radio') return true; const g = (e.form?.id || '') + e.name; if (groups.has(g)) return false; groups.add(g); return true; }).length; };
const lines = forced => { const lum = c => { const v = c.match(/[\d.]+/g).slice(0, 3).map(x => { x /= 255; return x <= .03928 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4; }); return .2126 * v[0] + .7152 * v[1] + .0722 * v[2]; };
  const canvas = forced && (() => { const d = document.createElement('div'); d.style.backgroundColor = 'Canvas'; document.body.append(d); const c = getComputedStyle(d).backgroundColor; d.remove(); return c; })();
  const ground = e => { if (canvas) return canvas; for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (!/, 0\)$/.test(c)) return c; } return 'rgb(255, 255, 255)'; };
  const bad = new Set(); for (const e of document.querySelectorAll('svg path,svg circle,svg line,svg rect,svg use')) { if (!e.checkVisibility() || e.closest('symbol,defs,.sheet,.grid,.code')) continue; const c = getComputedStyle(e); // a QR code is black on white in every mode
    const seen = (e.tagName === 'use' ? [c.color] : [c.stroke, c.fill]).filter(x => /^rgb\(/.test(x)); if (!seen.length) continue; const g = lum(ground(e.closest('svg')));
    if (Math.max(...seen.map(x => { const l = lum(x); return (Math.max(l, g) + .05) / (Math.min(l, g) + .05); })) < 3) bad.add((e.getAttribute('class') || e.tagName) + ' ' + seen.join('/')); }
  return [...bad]; };
const moving = () => [...document.querySelectorAll('*')].filter(e => { const c = getComputedStyle(e); return [c.transitionDuration, c.animationDuration].some(d => d.split(',').some(x => parseFloat(x) > .01)) && (c.transitionProperty !== 'none' || c.animationName !== 'none'); }).length + document.getAnimations().length;

let violations = 0, invalid = 0, rules = 0, shots = 0, tabbed = 0; const fails = [];
const look = async (page, cdp, p) => {
  const said = w => fails.push(`${p.name} ${p.lang}: ${w}`), origin = new URL(p.url).origin;
  const size = (width, height) => page.setViewportSize({ width, height });
  await page.context().clearCookies();
  if (p.cookie) await page.context().addCookies(p.cookie.split('; ').map(c => ({ name: c.slice(0, c.indexOf('=')), value: c.slice(c.indexOf('=') + 1), url: origin })));
  await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none', reducedMotion: 'no-preference' }); await size(360, 640);
  // A page that answers a post is asked for by a post; a tablet's worker is blocked, for it would answer from its shelf what is asked for as a GET.
  await page.unroute('**/*').catch(() => {}); let posted = false;
  if (p.post) await page.route('**/*', r => { if (posted || !r.request().isNavigationRequest()) return r.continue(); posted = true; return r.continue({ method: 'POST', postData: p.post, headers: { ...r.request().headers(), 'content-type': 'application/x-www-form-urlencoded', origin } }); });
  const reply = await page.goto(p.url); if (reply.status() !== p.status) { said(`status ${reply.status()}, not ${p.status}`); return; }
  const html = await reply.text(); for (const r of (await validator.validateString(html, p.name)).results) for (const m of r.messages) { invalid++; said(`html ${m.line}:${m.column} ${m.ruleId} ${m.message}`); }
  if ((await page.getAttribute('html', 'lang')) !== p.lang) said('wrong lang attribute');
  if (!(await page.locator('h1').first().innerText()).trim() || (await page.locator('body').innerText()).trim().length < 20) said('says nothing');
  if (out) { await page.screenshot({ path: `${out}/${p.name}-${p.lang}-360x640.png`, fullPage: true }); await size(1280, 800); await page.screenshot({ path: `${out}/${p.name}-${p.lang}-1280x800.png`, fullPage: true }); await size(360, 640); shots += 2; }
  await page.evaluate(axe); const found = await page.evaluate(t => axe.run(document, { runOnly: { type: 'tag', values: t }, resultTypes: ['violations'] }), TAGS);
  rules += found.passes.length + found.violations.length; for (const v of found.violations) { violations += v.nodes.length; said(`axe ${v.id} x${v.nodes.length} ${v.nodes[0].target}`); }
  for (const t of await page.evaluate(targets, p.target_px)) said(`target < ${p.target_px} px ${t}`);
  for (const n of (await cdp.send('Accessibility.getFullAXTree')).nodes) if (!n.ignored && NAMED.has(n.role?.value) && !(n.name?.value || '').trim()) said(`no name: ${n.role.value}`);
  if (await page.evaluate(sideways) > 0) said('scrolls sideways at 360 px');
  const want = await page.evaluate(stops); let reached = 0;
  for (let i = 0; i < want + 3; i++) { await page.keyboard.press('Tab'); const f = await page.evaluate(focused); if (!f) break; if (f.again) break; reached++; if (!f.ring) said('no ring on ' + f.tag); if (!f.seen) said('focus out of sight on ' + f.tag); }
  tabbed += reached; if (reached < want) said(`the Tab key reaches ${reached} of ${want}`);
  await page.emulateMedia({ colorScheme: 'dark' }); const dark = await page.evaluate(() => axe.run(document, { runOnly: { type: 'rule', values: ['color-contrast'] }, resultTypes: ['violations'] }));
  for (const v of dark.violations) { violations += v.nodes.length; said(`dark: axe ${v.id} x${v.nodes.length} ${v.nodes[0].target}`); } for (const l of await page.evaluate(lines)) said('dark: a line that is hardly seen: ' + l);
  if (out && p.lang === 'vi') { await page.screenshot({ path: `${out}/${p.name}-dark-360x640.png` }); shots++; }
  await page.emulateMedia({ colorScheme: 'light' }); for (const l of await page.evaluate(lines)) said('a line that is hardly seen: ' + l);
  for (const scheme of ['light', 'dark']) { await page.emulateMedia({ colorScheme: scheme, forcedColors: 'active' }); for (const l of await page.evaluate(lines, true)) said(`forced colours, ${scheme}: a line that is hardly seen: ${l}`); }
  await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none', reducedMotion: 'reduce' }); if (await page.evaluate(moving)) said('moves under reduced motion');
  await size(320, 256); if (await page.evaluate(sideways) > 0) said('scrolls sideways at 320 px');
  await page.addStyleTag({ content: SPACING }); if (await page.evaluate(sideways) > 0) said('scrolls sideways at 320 px with wider spacing');
  await page.addStyleTag({ content: 'html{font-size:200%!important}' }); await size(640, 512); if (await page.evaluate(sideways) > 0) said('scrolls sideways with letters of 200 %');
};
withBrowser(async open => {
  const work = [...list]; await Promise.all([...Array(lanes)].map(async () => { const ctx = await open({ bypassCSP: true, deviceScaleFactor: 1, serviceWorkers: 'block' }), page = await ctx.newPage(), cdp = await ctx.newCDPSession(page); await cdp.send('Accessibility.enable');
    for (let p; (p = work.shift());) try { await look(page, cdp, p); } catch (e) { fails.push(`${p.name} ${p.lang}: ${e.message.split('\n')[0]}`); } }));
  for (const f of fails) console.log('- ' + f);
  return figure(!fails.length, { pages: list.length, axe_violations: violations, html_errors: invalid, axe_rules_run: rules, tab_stops: tabbed, pictures: shots, findings: fails.length });
});
