/** The eIMs associated with the eUICC as last proven by listEim, addEim, updateEim and deleteEim (SGP.32 §2.11.1.1.3). */
import { EimConfigurationData } from '../../shared/sgp32/index.ts'
import { readAssociation, writeAssociation } from './association.ts'
import type { EuiccContext } from './euicc-context.ts'
import { note } from './journal.ts'
import type { PackageStep } from './operation.ts'
import type { OperationRecord } from './operation-store.ts'
import type { StepOutcome } from './profile-picture.ts'
import { first, type Sql } from './sql.ts'
import { counterUnder } from './update-counter.ts'

export interface ListedEim {
  readonly eimId: string
  readonly eimIdType: number | null
  readonly provenAt: number
}

export function listEims(sql: Sql): ListedEim[] {
  return sql
    .all<{ eim_id: string; eim_id_type: number | null; proven_at: number }>(
      'SELECT * FROM eim ORDER BY eim_id',
    )
    .map((row) => ({ eimId: row.eim_id, eimIdType: row.eim_id_type, provenAt: row.proven_at }))
}

function saveEim(sql: Sql, eim: ListedEim): void {
  sql.run('INSERT OR REPLACE INTO eim VALUES (?, ?, ?)', eim.eimId, eim.eimIdType, eim.provenAt)
}

function isListed(sql: Sql, eimId: string): boolean {
  return first(sql, 'SELECT 1 FROM eim WHERE eim_id = ?', eimId) !== undefined
}

/** Whether the (fresh) list shows what a step wanted; null when a list cannot show it. */
export function isVisiblyListed(sql: Sql, step: PackageStep): boolean | null {
  if (step.type === 'eim.add')
    return isListed(sql, EimConfigurationData.fromJson(step.eimConfigurationData).eimId)
  return step.type === 'eim.delete' ? !isListed(sql, step.eimId) : null
}

/** Takes over what successful eCOs say about the associations. */
export function learnFromEcos(
  context: EuiccContext,
  operation: OperationRecord,
  outcomes: readonly StepOutcome[],
): void {
  for (const [step, result] of outcomes) {
    if (step.type === 'eim.list') replaceList(context, result.listEimResult?.eimIdList ?? [])
    if (step.type === 'eim.add') {
      const { eimId, eimIdType } = EimConfigurationData.fromJson(step.eimConfigurationData)
      saveEim(context.sql, { eimId, eimIdType: eimIdType ?? null, provenAt: context.now })
      note(context.sql, context.now, 'eim.added', { eim: eimId, operation: operation.id })
    }
    if (step.type === 'eim.update') learnUpdate(context, step)
    if (step.type === 'eim.delete') {
      context.sql.run('DELETE FROM eim WHERE eim_id = ?', step.eimId)
      const last = result.deleteEimResult === 2
      note(context.sql, context.now, 'eim.removed', { eim: step.eimId, last, operation: operation.id })
    }
  }
}

function replaceList(
  { sql, now }: EuiccContext,
  list: readonly { readonly eimId: string; readonly eimIdType?: number | undefined }[],
): void {
  sql.run('DELETE FROM eim')
  for (const { eimId, eimIdType } of list)
    saveEim(sql, { eimId, eimIdType: eimIdType ?? null, provenAt: now })
}

/** When we updated ourselves: the key the eUICC trusts from now on, and how its counter goes on. */
function learnUpdate({ sql, now }: EuiccContext, step: Extract<PackageStep, { type: 'eim.update' }>): void {
  const { eimId, counterValue, associationToken, eimPublicKeyData } = EimConfigurationData.fromJson(
    step.eimConfigurationData,
  )
  const association = readAssociation(sql, eimId)
  if (!association) return
  const keyId = step.keyId ?? association.keyId
  note(sql, now, 'eim.updated', { eim: eimId, keyId })
  // The eUICC takes a counter only together with a key; without one it goes on, as ours does.
  const counter = eimPublicKeyData ? counterUnder(sql, association, step.keyId) : association.counter
  writeAssociation(sql, {
    ...association,
    keyId,
    // Higher than the eUICC's is never wrong.
    counter: eimPublicKeyData ? Math.max(counter, counterValue ?? 0) : counter,
    exhausted: eimPublicKeyData ? false : association.exhausted,
    token: associationToken !== undefined && associationToken >= 0 ? associationToken : association.token,
  })
}
