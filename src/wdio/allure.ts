import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunEvent } from '../events.ts';

/** The part of `@wdio/allure-reporter` that is used; the package is the suite's own. */
interface Allure {
  addStep(title: string, attachment?: object | object[], status?: string): void;
  addAttachment(name: string, content: Buffer, type: string): void;
}

/** A run's pages, pictures and steps in Allure's report of the test under way. Nothing where there is no Allure. */
export async function attachToAllure(evidence: string): Promise<void> {
  const allure = await reporter();
  if (!allure) return;
  for (const event of timelineIn(evidence)) {
    if (event.kind !== 'page') allure.addStep(event.what);
    else {
      allure.addStep(event.page);
      attach(allure, evidence, event.screenshot, 'image/png');
      attach(allure, evidence, event.source, 'application/xml');
    }
  }
  attach(allure, evidence, 'result.json', 'application/json');
}

function attach(allure: Allure, folder: string, name: string | undefined, type: string): void {
  if (name !== undefined && existsSync(join(folder, name)))
    allure.addAttachment(name, readFileSync(join(folder, name)), type);
}

function timelineIn(evidence: string): RunEvent[] {
  const file = join(evidence, 'timeline.jsonl');
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as RunEvent);
}

async function reporter(): Promise<Allure | undefined> {
  try {
    // Of the suite, whose reporter listens; not declared by us, as not each suite has it.
    const name = '@wdio/allure-reporter';
    return ((await import(name)) as { default: Allure }).default;
  } catch {
    return undefined;
  }
}
