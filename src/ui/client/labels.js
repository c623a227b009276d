// Labels are printed by the browser.
document.getElementById('print').addEventListener('click', () => globalThis.print());
