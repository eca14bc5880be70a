/** Changes to the parts of a configuration: what a test adds to the valid one. */
import type { Parts } from './configuration-folder.ts'

export const first = <Value>(values: readonly Value[]): Value => {
  const [value] = values
  if (value === undefined) throw new Error('there is none')
  return value
}
export const set =
  (part: 'node' | 'edge' | 'coap' | 'sessions' | 'admin', values: Record<string, unknown>) =>
  (parts: Parts): void => {
    parts[part] = { ...parts[part], ...values }
  }
export const setListener =
  (values: Record<string, unknown>) =>
  (parts: Parts): void => {
    Object.assign(first(parts.listeners), values)
  }
export const setTenant =
  (values: Record<string, unknown>) =>
  (parts: Parts): void => {
    Object.assign(first(parts.tenants), values)
  }
export const addListener =
  (listener: Record<string, unknown>) =>
  (parts: Parts): void => {
    parts.listeners.push(listener)
  }
