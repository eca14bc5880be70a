/** What a reload may change while sessions live: tenants and edge. What sockets and stored sessions rest on stays. */
import { isDeepStrictEqual } from 'node:util'
import type { Configuration } from './configuration.ts'

export interface MergedReload {
  readonly configuration: Configuration
  /** Sections of the file whose changes take effect at the next start. */
  readonly waiting: readonly string[]
}

const FIXED = ['node', 'listeners', 'coap', 'sessions', 'admin'] as const

export function mergeReload(running: Configuration, next: Configuration): MergedReload {
  const { tenants, edge, files, warnings } = next
  return {
    configuration: { ...running, tenants, edge, files, warnings },
    waiting: FIXED.filter((section) => !isDeepStrictEqual(running[section], next[section])),
  }
}
