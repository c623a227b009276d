/** For `--import`: the clock of the process and of all it starts is an hour ahead, as on a computer that is set wrong. */
const HOUR = 60 * 60_000;
const Right = Date;
const now = () => Right.now() + HOUR;

globalThis.Date = new Proxy(Right, {
  construct: (target, given: unknown[], made) =>
    Reflect.construct(target, given.length === 0 ? [now()] : given, made) as Date,
  apply: () => new Right(now()).toString(),
  get: (target, name, receiver) => (name === 'now' ? now : (Reflect.get(target, name, receiver) as unknown)),
});
