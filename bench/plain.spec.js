/* global it */
import { driver } from '@wdio/globals';
import { tapThrough } from './plain.ts';

it('signs the phone out', () => tapThrough(driver, process.env.PLAIN_PASSWORD));
