/** Finds the Durable Object of an eUICC. Tenant and EID together are its name, so no caller can reach across tenants. */
import type { EuiccInterface } from './euicc-interface.ts'

/** The part of a Durable Object namespace that is needed here. */
export interface EuiccNamespace {
  getByName(name: string): EuiccInterface
}

export function euiccOf(namespace: EuiccNamespace, tenant: string, eid: string): EuiccInterface {
  return namespace.getByName(`${tenant}:${eid}`)
}
