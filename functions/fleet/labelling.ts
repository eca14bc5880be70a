/** Labels and groups of many eUICCs at once. They live in the fleet database alone: no object is woken for them. */
import type { EuiccFilter } from './euicc-filter.ts'
import { listEids } from './euiccs.ts'

/** eUICCs changed by one call. */
export const MOST_LABELLED = 250

export interface Labelling {
  /** Laid over the labels there are; null takes one away. */
  readonly labels: Readonly<Record<string, string | null>>
  /** Left out, it stays. */
  readonly group?: string | null | undefined
}

export type LabellingTarget =
  | { readonly kind: 'eids'; readonly eids: readonly string[] }
  /** `cursor`: the `next` of the call before; null at first. */
  | { readonly kind: 'filter'; readonly filter: EuiccFilter; readonly cursor: string | null }

export interface Labelled {
  readonly changed: number
  /** Were already so, would have more than `mostLabels`, or are not enrolled. */
  readonly unchanged: number
  readonly next: string | null
}

export async function labelEuiccs(
  db: D1Database,
  tenant: string,
  target: LabellingTarget,
  { labels, group }: Labelling,
  mostLabels: number,
): Promise<Labelled> {
  const { eids, next } =
    target.kind === 'eids'
      ? { eids: target.eids, next: null }
      : await listEids(db, tenant, target.filter, MOST_LABELLED, target.cursor)
  const query = `UPDATE euiccs SET labels = json_patch(labels, ?2), group_name = iif(?3, ?4, group_name)
    WHERE tenant = ?1 AND eid IN (SELECT value FROM json_each(?5)) AND retired_at IS NULL
      AND (json_patch(labels, ?2) <> labels OR ?3 AND group_name IS NOT ?4)
      AND (SELECT count(*) FROM json_each(json_patch(labels, ?2))) <= ?6
    RETURNING eid`
  const { results } = await db
    .prepare(query)
    .bind(
      tenant,
      JSON.stringify(labels),
      group === undefined ? 0 : 1,
      group ?? null,
      JSON.stringify(eids),
      mostLabels,
    )
    .all()
  return { changed: results.length, unchanged: eids.length - results.length, next }
}
