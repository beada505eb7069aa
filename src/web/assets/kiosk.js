// A tablet at a counter. One question a screen; whoever walks away is asked, then forgotten; Back leads to nobody's answers.
// What a person has filled in stands in this page alone until it is sent, or locked by tablet.js.
const page = document, idle = page.getElementById('idle'), form = page.forms[0], main = page.querySelector('main');
const home = location.pathname.split('/').slice(0, 3).join('/');
const go = to => location.replace(to);
// A page that came back by a post would be posted again by Back.
history.replaceState(null, '', location.href);
// Links take this page's place, so that no history grows.
page.addEventListener('click', tap => {
  const link = tap.target.closest('a');
  if (link && link.origin == location.origin && link.getAttribute('href')[0] != '#') tap.preventDefault(), go(link.href);
});
const leave = () => {
  form ? form.reset() : main.hidden = 1;
  // The worker has this page also without a network. Where there is none yet, the browser's own page would stay: it is
  // tried until the service answers.
  if (navigator.serviceWorker && navigator.serviceWorker.controller) return go(home);
  fetch(home, { method: 'HEAD' }).then(() => go(home), () => setTimeout(leave, 5e3));
};
addEventListener('pageshow', shown => shown.persisted && leave());
if (form) form.addEventListener('submit', () => history.replaceState(null, '', home));
if (idle) {
  const more = idle.querySelector('button'), ring = idle.querySelector('circle'), warn = idle.dataset.warn * 1e3;
  const now = () => performance.now(), whole = idle.dataset.rest * 1e3 + warn;
  let until = now() + whole, before;
  const tick = () => {
    const left = until - now();
    if (left <= 0) return clearInterval(ticking), leave();
    ring.setAttribute('stroke-dasharray', 100 * Math.min(1, left / warn) + ' 100');
    if (idle.hidden == left > warn) return;
    idle.hidden = !idle.hidden;
    if (!form) return;
    if (!idle.hidden) before = page.activeElement, more.focus({ preventScroll: true });
    else if (before && before != page.body) before.focus({ preventScroll: true });
  };
  const stay = time => { until = Math.max(until, now() + time); tick(); };
  for (const kind of ['pointerdown', 'keydown', 'input', 'scroll']) addEventListener(kind, () => stay(whole), { passive: true });
  more.addEventListener('click', () => stay(whole + 6e4));
  const ticking = setInterval(tick, 250);
  tick();
}
const screens = [];
if (form && !page.querySelector('.error-summary')) {
  let over = [...main.querySelectorAll('.intro')];
  for (const part of main.children) {
    if (part.matches('h2')) over = over.filter(one => one.matches('.intro')).concat(part);
    if (!part.matches('fieldset, .field, details')) continue;
    if (part.matches('details')) part.open = true;
    screens.push([...over, part]);
    over = over.filter(one => !one.matches('.intro'));
  }
}
if (screens.length > 1) {
  const send = main.querySelector('button[type=submit]'), words = idle.dataset;
  const key = (text, step) => {
    const made = page.createElement('button');
    made.type = 'button', made.textContent = text;
    made.addEventListener('click', () => show(at + step, 1));
    send.before(made);
    return made;
  };
  const place = page.createElement('p'), next = key(words.next, 1), back = key(words.back, -1);
  let at = 0;
  const show = (wanted, moved) => {
    at = wanted;
    for (const part of screens.flat()) part.hidden = true;
    for (const part of screens[at]) part.hidden = false;
    place.textContent = words.step.replace('{a}', at + 1).replace('{b}', screens.length);
    next.hidden = send.classList.toggle('quiet', at + 1 < screens.length) == false;
    back.hidden = !at;
    if (!moved) return;
    const asked = screens[at][screens[at].length - 1];
    asked.tabIndex = -1, asked.focus({ preventScroll: true });
    scrollTo(0, 0);
  };
  place.className = 'progress', back.className = 'quiet';
  main.classList.add('steps');
  main.prepend(place);
  // A reset starts anew.
  form.addEventListener('reset', () => show(0));
  show(0);
}
