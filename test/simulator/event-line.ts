/** One line an event, for people and for grep: `12:00:01.250 …3210 package.executed octets=141`. */

const PLAIN = /^[\w.:/+-]+$/

function show(value: unknown): string {
  if (Array.isArray(value)) return `[${value.join(',')}]`
  const text = String(value)
  return PLAIN.test(text) ? text : JSON.stringify(text)
}

export function eventLine(
  at: Date,
  eid: string,
  event: string,
  detail: Readonly<Record<string, unknown>>,
): string {
  const fields = Object.entries(detail).map(([name, value]) => `${name}=${show(value)}`)
  return [at.toISOString().slice(11, 23), eid, event, ...fields].join(' ')
}
