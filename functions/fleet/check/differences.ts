/** What the index says of an eUICC and what its object says, in the same words; and where the two differ. */
import type { EuiccTruth, TrueOperation } from '../../euicc/euicc-interface.ts'

/** What the index shows that an object knows better. Labels and groups are the index's own. */
export type IndexedEuicc = Pick<
  EuiccTruth,
  'eimId' | 'expectedPollSeconds' | 'timeZone' | 'isRetired' | 'lastSeenAt' | 'profiles'
> & { readonly operations: readonly ShownOperation[] }

/** When it was last touched is the object's own affair: the index knows when its status changed. */
type ShownOperation = Omit<TrueOperation, 'updatedAt'>

export interface Difference {
  /** `lastSeenAt`, `profile 8988…`, `operation op_…` and so on. */
  readonly what: string
  /** Null: it is not there. */
  readonly index: unknown
  readonly object: unknown
}

const SETTINGS = ['eimId', 'expectedPollSeconds', 'timeZone', 'isRetired', 'lastSeenAt'] as const

/** Of an eUICC whose object is not there yet (null), nothing can be known but its settings. */
export function differences(index: IndexedEuicc, object: EuiccTruth | null): Difference[] {
  const truth = object ?? { ...index, lastSeenAt: null, profiles: [], operations: [] }
  const operations = (object?.operations ?? []).map(({ updatedAt: _, ...shown }): ShownOperation => shown)
  return [
    ...SETTINGS.filter((name) => index[name] !== truth[name]).map((name) => ({
      what: name,
      index: index[name],
      object: truth[name],
    })),
    ...between('profile', index.profiles, truth.profiles, ({ iccid }) => iccid),
    ...between('operation', index.operations, operations, ({ id }) => id),
  ]
}

function between<T extends object>(
  kind: string,
  index: readonly T[],
  object: readonly T[],
  nameOf: (element: T) => string,
): Difference[] {
  const indexed = new Map(index.map((element) => [nameOf(element), element]))
  const known = new Map(object.map((element) => [nameOf(element), element]))
  const names = [...new Set([...indexed.keys(), ...known.keys()])]
  return names
    .filter((name) => textOf(indexed.get(name)) !== textOf(known.get(name)))
    .map((name) => ({
      what: `${kind} ${name}`,
      index: indexed.get(name) ?? null,
      object: known.get(name) ?? null,
    }))
}

/** Equal for what says the same, in whatever order. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    member !== null && typeof member === 'object' && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([one], [other]) => (one < other ? -1 : 1)))
      : member,
  )
}
