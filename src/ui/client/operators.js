// Operators: each act is sent at once; a password leaves the page with it.
import { notice, send } from './page.js';

const by = (id) => document.getElementById(id);
const nameOf = (element) => element.closest('[data-name]').dataset.name;

/** Sends it; the page is then read anew, also where the login is over with it. */
async function change(act, values, button) {
  if (button) button.disabled = true;
  const done = await send(`/operators${act}`, values);
  if (button) button.disabled = false;
  if (done) location.reload();
  return done !== undefined;
}

by('add').addEventListener('submit', (event) => {
  event.preventDefault();
  const values = {
    name: by('add-name').value,
    role: by('add-role').value,
    password: by('add-password').value,
  };
  void change('', values, event.submitter);
});

for (const one of document.querySelectorAll('[data-role]'))
  one.addEventListener('change', async () => {
    if (!(await change('/role', { name: nameOf(one), role: one.value }))) one.value = one.dataset.role;
  });

for (const one of document.querySelectorAll('[data-open]'))
  one.addEventListener('click', () => {
    const form = by(one.dataset.open);
    form.hidden = !form.hidden;
    one.setAttribute('aria-expanded', String(!form.hidden));
    if (!form.hidden) form.querySelector('input').focus();
  });

for (const form of document.querySelectorAll('form.pw'))
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const field = form.querySelector('input');
    const [name, password] = [nameOf(form), field.value];
    if (!(await send('/operators/password', { name, password }))) return;
    field.value = '';
    form.hidden = true;
    document.querySelector(`[data-open="${form.id}"]`).setAttribute('aria-expanded', 'false');
    notice(by('operators').dataset.saved, { kind: 'found' });
  });

for (const one of document.querySelectorAll('[data-remove]'))
  one.addEventListener('click', () => {
    if (globalThis.confirm(one.dataset.sure)) void change('/remove', { name: nameOf(one) }, one);
  });
