/** Which of a tenant's eIM identities a request means. */
import { type EimIdentity, listEimIdentities } from '../keys/index.ts'
import { Problem } from './problem.ts'
import type { Call } from './route.ts'
import { invalidMember } from './validation.ts'

/** The identity named, else the tenant's default. @throws {Problem} when there is none; `pointer` is where it was named */
export type ChooseEimId = (eimId: string | undefined, pointer: string) => string

export async function eimIdFor({
  environment,
  tenant,
}: Pick<Call<unknown, unknown>, 'environment' | 'tenant'>): Promise<ChooseEimId> {
  return choiceAmong(await listEimIdentities(environment.FLEET, tenant))
}

export function choiceAmong(identities: readonly EimIdentity[]): ChooseEimId {
  const standard = identities.find((identity) => identity.isDefault)?.eimId
  return (eimId, pointer) => {
    if (eimId !== undefined && !identities.some((identity) => identity.eimId === eimId)) {
      throw invalidMember(pointer, 'is none of your eIM identities')
    }
    const chosen = eimId ?? standard
    if (chosen === undefined) {
      throw new Problem('conflict', 'make an eIM identity first: POST /v1/eim-identities')
    }
    return chosen
  }
}
