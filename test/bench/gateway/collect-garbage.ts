/** So that what a simulated device leaves behind is not collected on a server's time. Young garbage: code stays compiled. */
export function collectGarbage(): void {
  if (globalThis.gc === undefined) throw new Error('node is to be run with --expose-gc')
  globalThis.gc({ type: 'minor', execution: 'sync' })
}
