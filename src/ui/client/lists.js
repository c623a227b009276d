// Lists: a file that is dropped anywhere, its findings, and the start.
import { asShown, notice, send } from './page.js';

const by = (id) => document.getElementById(id);
const page = by('lists');

async function upload(file) {
  if (!file || !by('drop')) return;
  by('fault').textContent = '';
  const form = new FormData();
  form.append('file', file);
  const answer = await fetch(asShown('/lists'), { method: 'POST', body: form }).catch(() => undefined);
  const said = await answer?.json().catch(() => ({}));
  if (answer?.ok) return location.assign(`/lists?list=${said.id}`);
  // In the place of the findings, and the file stays named.
  by('fault').textContent =
    `${file.name}: ${answer?.status === 413 ? page.dataset.large : (said?.error ?? document.body.dataset.wrong)}`;
}

by('file')?.addEventListener('change', ({ target }) => void upload(target.files[0]));
addEventListener('dragover', (event) => event.preventDefault());
addEventListener('drop', (event) => {
  event.preventDefault();
  void upload(event.dataTransfer?.files[0]);
});

by('start')?.addEventListener('click', async ({ target }) => {
  target.disabled = true;
  const done = await send(`/lists/${page.dataset.list}/start`);
  if (!done) return void (target.disabled = false);
  sessionStorage.setItem(
    'started',
    target.dataset.started.replace('{added}', done.added).replace('{known}', done.known),
  );
  location.assign('/lists');
});
by('discard')?.addEventListener('click', async () => {
  await send(`/lists/${page.dataset.list}/discard`);
  location.assign('/lists');
});
by('order')?.addEventListener('submit', async (event) => {
  event.preventDefault();
  const values = Object.fromEntries(new FormData(by('order')));
  if (await send('/orders', values)) location.assign('/lists');
});
by('filter')?.addEventListener('change', () => by('filter').submit());

const started = sessionStorage.getItem('started');
if (started) {
  sessionStorage.removeItem('started');
  notice(started, { kind: 'found' });
}
