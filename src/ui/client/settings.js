// Settings: choices of this browser, the lab, places.
import { asShown, notice, send } from './page.js';

const by = (id) => document.getElementById(id);
const { saved, logo: wrong } = by('sets')?.dataset ?? {};

for (const one of document.querySelectorAll('[data-choice]'))
  one.addEventListener('change', () => {
    const to = new URL(location.href);
    to.searchParams.set(one.name, one.value);
    location.assign(to);
  });

const sound = by('s-sound');
if (sound) {
  sound.value = localStorage.getItem('sound') === 'off' ? 'off' : 'on';
  sound.addEventListener('change', () => {
    if (localStorage.getItem('sound') !== sound.value && by('sound')) by('sound').click();
    localStorage.setItem('sound', sound.value);
  });
}

async function sendLogo(file) {
  const form = new FormData();
  form.append('file', file);
  const answer = await fetch(asShown('/settings/logo'), { method: 'POST', body: form }).catch(
    () => undefined,
  );
  if (answer?.ok) return true;
  const said = await answer?.json().catch(() => ({}));
  notice(said?.error ?? wrong);
  return false;
}

by('lab')?.addEventListener('submit', async (event) => {
  event.preventDefault();
  const file = by('lab-logo').files[0];
  if (file && !(await sendLogo(file))) return;
  const values = { name: by('lab-name').value, address: by('lab-address').value };
  if (!(await send('/settings/lab', values))) return;
  if (file) location.reload();
  else notice(saved, { kind: 'found' });
});
by('remove-logo')?.addEventListener('click', async () => {
  if (await send('/settings/lab', { logo: 'none' })) location.reload();
});

for (const one of document.querySelectorAll('[data-place]'))
  one.addEventListener('click', async () => {
    const { place: phone, of: station } = one.dataset;
    if (await send('/settings/places', { station, phone })) one.closest('li').remove();
  });

by('filter')?.addEventListener('change', () => by('filter').submit());
