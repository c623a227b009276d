import type { Job, Order } from '../jobs/job.ts';

/** For tests: a job that waits, as a list has it, with what the test is about changed. */
export function listedJob({
  order,
  ...changes
}: Partial<Omit<Job, 'order'>> & { order?: Partial<Order> } = {}): Job {
  const listed: Omit<Job, 'order'> = {
    id: '1',
    batch: 'b',
    state: 'waiting',
    attempts: 0,
    round: 1,
    recovering: false,
    station: '',
    serial: '',
    createdAt: '',
  };
  const ordered: Order = {
    phone: { serial: 'd1' },
    account: 'a',
    data: 'keep',
    ifForgotten: 'stop',
    reference: '',
    ownerConsent: '',
  };
  return { ...listed, ...changes, order: { ...ordered, ...order } };
}
