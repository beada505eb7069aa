// With kept.js before it, twice: beside the survey it keeps what could not be sent, locked with the round's key so that
// nobody on this phone can read it; as a worker it sends that when the network is back. Beside the page of a closed round it
// sends what was begun in time. Nothing is said to be sent before the service has said so. Without it the page works.
const page = self.document, form = page && page.forms[0], note = page && page.getElementById('say');
const drop = id => table(kept => kept.delete(id));
// Gives the address to go on to, '' for what was refused for good, nothing while it has to wait.
const post = async (to, body) => {
  const reply = await fetch(to, { method: 'POST', body, headers: { accept: 'application/json' } }).catch(() => 0);
  if (reply && reply.status < 500 && reply.status != 429 && reply.status != 408) return reply.ok ? reply.json().then(said => said.next, () => {}) : '';
};
const deliver = async () => {
  const ends = {};
  for (const { id, to, box } of await table(kept => kept.getAll())) {
    const next = await post(to, new URLSearchParams(box));
    if (next == null) ends.wait = 1;
    else ends[id] = next, await drop(id);
  }
  return ends;
};
if (!page) addEventListener('sync', wake => wake.waitUntil(deliver().then(ends => { if (ends.wait) throw 0; })));
if (note && self.indexedDB) {
  const id = form && form.submission.value, worker = navigator.serviceWorker;
  const say = words => { note.hidden = 0; note.textContent = note.dataset[words]; };
  let busy, tapped, wait = 1e3, timer;
  const again = async () => {
    clearTimeout(timer);
    const ends = await deliver().catch(() => ({}));
    const { wait: waits, ...told } = ends, next = form ? told[id] : Object.values(told)[0];
    if (next) location.replace(next);
    else if (next == '') say('refused');
    else if (waits) say('kept'), timer = setTimeout(again, wait = Math.min(2 * wait, 6e4));
  };
  worker && worker.register('/khaosat.js?all').catch(() => 0);
  form && form.addEventListener('submit', async sent => {
    const by = sent.submitter;
    if (!by) return;
    sent.preventDefault();
    if (busy) return;
    busy = 1;
    say('sending');
    if (by.name) {
      tapped ||= form.appendChild(page.createElement('input'));
      tapped.type = 'hidden', tapped.name = by.name, tapped.value = by.value;
    }
    const fields = new URLSearchParams(new FormData(form)), next = await post(form.action, fields);
    if (next) return await drop(id).catch(() => 0), location.replace(next);
    if (next == '') return form.submit(); // the service's own page tells what is wrong
    clearTimeout(timer);
    try {
      const to = form.action.replace('?', '/kept?'), box = await lock(form.dataset.key, '' + fields);
      await table(kept => kept.put({ id, to, box }));
      say('kept');
      worker && worker.ready.then(ready => ready.sync && ready.sync.register('kept')).catch(() => 0);
      timer = setTimeout(again, wait);
    } catch { // storage full, private mode, no secure connection: only this page still has the answers
      say('lost');
    }
    busy = 0;
  });
  // A network that is just back often goes again; whoever taps meanwhile is sent at once.
  addEventListener('online', () => setTimeout(again, 3e3));
  again();
}
