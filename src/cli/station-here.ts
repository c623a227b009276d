import { terminalAsker } from '../codes/person.ts';
import type { Settings } from '../config/config.ts';
import { openStation, type Station } from '../runs/station.ts';
import { personHere } from './terminal-person.ts';
import { say, style } from './terminal.ts';

/** This computer for one command, with the person at its terminal. */
export const stationHere = (settings: Settings): Station =>
  openStation(settings, { person: personHere(), asker: terminalAsker(), onNotice: sayNotice });

export const sayNotice = (source: string, what: string): void => say(style('dim', `${source}: ${what}`));
