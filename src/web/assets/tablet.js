// A tablet without a network: what cannot be sent is locked for the round, signed by a key that never leaves this tablet,
// and waits here, so many at most. It is sent when the service answers again; nobody is told before that it arrived.
const OWN = 'khaosat-own', WAITING = 'khaosat-waiting', SHELF = 'khaosat-shelf', MOST = 300, MINUTE = 6e4;
const worker = navigator.serviceWorker, own = id => table(kept => kept.get(id), OWN);
const soon = () => self.AbortSignal && AbortSignal.timeout ? AbortSignal.timeout(8e3) : undefined;
const ask = (to, body) => fetch(to, { method: 'POST', body: new URLSearchParams(body), headers: { accept: 'application/json' }, signal: soon() });
const signer = async () => {
  let mine = await own('key');
  if (!mine) {
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
    mine = { id: 'key', sign: pair.privateKey, point: text(await crypto.subtle.exportKey('raw', pair.publicKey)) };
    await table(kept => kept.put(mine), OWN);
  }
  return mine;
};
// The service's time as far as we know it: a tablet's clock may stand wrong.
const time = async () => Math.round(Date.now() + ((await own('clock')) || { ahead: 0 }).ahead);
const opened = Date.now();
const waiting = () => table(kept => kept.count(), WAITING);
const tell = async () => {
  const place = page.getElementById('wait'), many = place && await waiting();
  if (!place) return;
  place.hidden = !many;
  place.textContent = many ? place.dataset.wait.replace('{n}', many) : '';
  if (!place.dataset.closes || await time() <= place.dataset.closes) return;
  for (const link of main.querySelectorAll('.main-act')) link.hidden = true;
  place.hidden = false, place.textContent = place.dataset.over + ' ' + place.textContent;
};
const deliver = async () => {
  for (const { id, to, ...sealed } of await table(kept => kept.getAll(), WAITING)) {
    const reply = await ask(to, sealed);
    if (reply.ok || [400, 409, 410, 413, 422].includes(reply.status)) await table(kept => kept.delete(id), WAITING);
    else return;
  }
};
// The pages that open without a network: of each language some, so that what a round draws stays drawn.
const stock = async () => {
  const last = await own('stock'), shelf = await caches.open(SHELF);
  if (last && last.to == home && Date.now() - last.at < 10 * MINUTE && await shelf.match(home)) return;
  const wanted = ['/khaosat.js?kiosk', home];
  for (const link of main.querySelectorAll('a[lang]')) {
    const lang = 'lang=' + link.lang;
    for (let i = 0; i < 3; i++) wanted.push(`${home}?${lang}&shelf=${i}`);
    for (const one of ['kept', 'thanks', 'privacy']) wanted.push(`${home}/${one}?${lang}`);
  }
  for (const one of wanted) {
    const reply = await fetch(one, { cache: 'no-store' });
    if (!reply.ok) return;
    await shelf.put(one, reply);
  }
  await table(kept => kept.put({ id: 'stock', to: home, at: Date.now() }), OWN);
};
// Once a minute: we are here, so many wait, and this is our key; then what waits is sent.
const turn = async () => {
  const point = (await signer()).point, reply = await ask(home + '/beat', { waiting: await waiting(), key: point });
  if (!reply.ok) return;
  const { now } = await reply.json();
  await table(kept => kept.put({ id: 'clock', ahead: now - Date.now() }), OWN);
  await deliver();
  if (!form && main.querySelector('a[lang]')) await stock();
};
const always = () => turn().catch(() => 0).then(tell).catch(() => 0).then(() => setTimeout(always, MINUTE));
const keep = async fields => {
  if (await waiting() >= MOST) throw 0;
  const to = new URL(form.action).pathname, at = await time();
  if (fields.has('page')) fields.set('begun', at - (Date.now() - opened));
  const { half, box } = await lock(form.dataset.key, '' + fields);
  const signed = new TextEncoder().encode([to, at, half, box].join('\n'));
  const sign = text(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, (await signer()).sign, signed));
  await table(kept => kept.put({ id: fields.get('submission'), to: to + '/kept' + new URL(form.action).search, at, half, box, sign }), WAITING);
};
if (worker && self.indexedDB && self.caches) {
  worker.register('/khaosat.js?tablet', { scope: '/k/' }).catch(() => 0);
  always();
  addEventListener('online', () => setTimeout(() => turn().catch(() => 0).then(tell), 3e3));
  let busy;
  form && form.addEventListener('submit', async sent => {
    const by = sent.submitter, note = page.getElementById('say');
    const say = words => { note.hidden = 0; note.textContent = note.dataset[words]; };
    if (!by) return;
    sent.preventDefault();
    if (busy) return;
    busy = 1;
    const fields = new URLSearchParams(new FormData(form));
    if (by.name) fields.set(by.name, by.value);
    // A page from the shelf is not of this moment: what it brings is signed, with a network too.
    if (!fields.has('page')) {
      say('sending');
      const reply = await ask(form.action, fields).catch(() => 0);
      if (reply && reply.ok) return go((await reply.json()).next);
      if (reply && reply.status < 500 && reply.status != 429 && reply.status != 408) {
        if (by.name) {
          const tapped = form.appendChild(page.createElement('input'));
          tapped.type = 'hidden', tapped.name = by.name, tapped.value = by.value;
        }
        return form.submit(); // the service's own page tells what is wrong
      }
    }
    try {
      if (!by.name && !form.querySelector('fieldset > div input:checked')) throw say('nothing');
      await keep(fields).catch(() => { throw say('full'); });
      go(home + '/kept?lang=' + form.lang.value);
    } catch { // what is wrong was said
      busy = 0;
    }
  });
}
