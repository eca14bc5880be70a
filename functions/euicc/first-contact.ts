/** What the eIM asks a device by itself, so that an operator never has to: who signs for it, what it can, what is on it. */
import type { Infer } from '../../shared/asn1/index.ts'
import type { IpaEuiccData } from '../../shared/sgp32/index.ts'
import type { EuiccContext } from './euicc-context.ts'
import { note } from './journal.ts'
import { createOwnOperation, requestProfileList } from './life-cycle.ts'
import type { OperationRecord } from './operation-store.ts'
import { markStale } from './profile-picture.ts'
import { first } from './sql.ts'

/** SGP.32 §5.4 (IpaEuiccData): certificates, capabilities, both infos, token, addresses, device. */
const FIRST_TAGS = ['A5', 'A6', 'A8', 'BF22', 'BF20', '84', '81', '83', 'A9'] as const
/** The two that v1.0 IPAs know under other tags. */
const OLD_TAGS = ['80', '88'] as const
/** What is needed to sign and to verify; asked alone when the long list was refused. */
const NEEDED_TAGS = ['A5', 'A6', '84'] as const

/** Once in the life of an eUICC: queues the questions of the first contact. */
export function askAtFirstContact(context: EuiccContext): void {
  const asked = first(
    context.sql,
    `SELECT 1 FROM operation WHERE record LIKE '%"purpose":"first-contact"%' LIMIT 1`,
  )
  if (asked) return
  const { eimId } = context.enrolment
  createOwnOperation(context, { type: 'euicc.read', tags: FIRST_TAGS }, 'first-contact', eimId)
  requestProfileList(context, eimId)
}

/** An IPA that gave nothing for the current tags, or refused them, may be one of SGP.32 v1.0: asked once more its way. */
export function askForOldTags(
  context: EuiccContext,
  operation: OperationRecord,
  answer: Infer<typeof IpaEuiccData> | null,
): void {
  if (operation.request.type !== 'euicc.read' || operation.request.tags.length < FIRST_TAGS.length) return
  const tags = answer === null ? NEEDED_TAGS : answer.ipaCapabilities ? null : OLD_TAGS
  if (tags) createOwnOperation(context, { type: 'euicc.read', tags }, 'first-contact', operation.eimId)
}

/** Causes after which the card may be another one inside: reset, deviceChange, undefined. */
const CARD_MAY_DIFFER: ReadonlySet<number> = new Set([4, 6, 127])

/** The device tells of a change that was not ours: the picture is stale until a signed list says better. */
export function onStateChange(context: EuiccContext, cause: number | undefined, causeName: string): void {
  const { eimId } = context.enrolment
  note(context.sql, context.now, 'euicc.state_changed', { cause: causeName })
  markStale(context)
  requestProfileList(context, eimId)
  if (cause !== undefined && CARD_MAY_DIFFER.has(cause)) {
    createOwnOperation(context, { type: 'euicc.read', tags: ['BF22', 'A5', 'A6', '84'] }, 'audit', eimId)
  }
}
