// Beside the survey at its first opening: brings the rest once somebody answers, or at once where answers may be waiting.
const bring = () => import('/khaosat.js?all').then(() => removeEventListener('change', bring), () => 0);
addEventListener('change', bring);
self.indexedDB && indexedDB.databases && indexedDB.databases().then(all => all.length && bring());
