import { join } from 'node:path';
import { systemClock } from '../clock.ts';
import { terminalAsker } from '../codes/person.ts';
import { loadSettings, terminalPictures } from '../config.ts';
import { UsageError } from '../errors.ts';
import { JobOffice } from '../jobs/office.ts';
import { reasonInWords } from '../reasons.ts';
import { teller } from './bench.ts';
import { runBench } from './bench-run.ts';
import { lineOf } from './jobs.ts';
import { lazyStore } from './store.ts';
import { terminalPerson } from './terminal-person.ts';
import { interruption, say } from './terminal.ts';

const MOST = 1000;
const QUESTION = '[r]un it again here, mark it [d]one or [c]ancelled, [s]kip it, or [q]uit: ';

/** Goes through what needs a person. Whoever sits here says what becomes of each, and answers what the phone asks. */
export async function attend(batch?: string): Promise<void> {
  const ask = terminalAsker();
  if (!ask.terminal) throw new UsageError('There is nobody at a terminal to ask.', 'run this in a terminal');
  const settings = loadSettings();
  const { store: open, close } = lazyStore(settings);
  const { signal, dispose } = interruption();
  const person = terminalPerson(ask, systemClock, terminalPictures());
  try {
    const store = await open();
    const office = new JobOffice(store);
    const jobs = (await office.list({ batch, state: 'needs-person', limit: MOST })).reverse();
    if (jobs.length === 0) return say('No job needs a person.');
    for (const [index, job] of jobs.entries()) {
      say(`\n${index + 1} of ${jobs.length}  ${lineOf(job)}`);
      if (job.end?.reason) say(`  ${reasonInWords(job.end.reason, job.end.retryFrom)}`);
      if (job.end?.evidence) say(`  evidence: ${join(job.end.evidence, 'index.html')}`);
      const answer = (await ask.question(QUESTION, signal)).trim().toLowerCase();
      if (answer === 'q') return;
      if (answer === 'd') await office.finish([job.id]);
      if (answer === 'c') await office.cancel([job.id]);
      if (answer !== 'r') continue;
      await office.retry([job.id]);
      const { told, close: hush } = teller(false);
      // It has ended, or its phone is not here.
      const over = () => Promise.resolve(true);
      await runBench(settings, store, { parallel: 1, only: job.id, over, person, signal, told }).finally(hush);
      const after = await office.show(job.id);
      if (after?.state === 'waiting')
        say("  its phone is not attached here, or another bench has it; the job waits for it → 'mi-unbind bench'");
      if (signal.aborted) return;
    }
  } finally {
    dispose();
    await close();
  }
}
