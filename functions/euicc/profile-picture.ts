/**
 * The profiles of the eUICC as last proven. The eUICC numbers its results and notifications in one sequence; an effect
 * enters the picture only if it is newer than all that are in it, else a fresh list is asked for.
 */
import type { Infer, Json } from '../../shared/asn1/index.ts'
import { toHex } from '../../shared/octets.ts'
import { iccidFromOctets } from '../../shared/sgp22/index.ts'
import { ProfileInfo } from '../../shared/sgp32/index.ts'
import type { ProfileEffect } from './change.ts'
import type { EuiccContext } from './euicc-context.ts'
import type { ProfileView } from './euicc-interface.ts'
import { readPicture, writePicture } from './facts.ts'
import { announce } from './journal.ts'
import type { PackageStep } from './operation.ts'
import { first, type Sql } from './sql.ts'
import type { EuiccResult } from './step-results.ts'

export function listProfiles(sql: Sql): ProfileView[] {
  return sql
    .all<{ record: string }>('SELECT record FROM profile ORDER BY iccid')
    .map((row) => JSON.parse(row.record) as ProfileView)
}

export function enabledIccid(sql: Sql): string | null {
  return listProfiles(sql).find((profile) => profile.state === 'enabled')?.iccid ?? null
}

function save(sql: Sql, profile: ProfileView): void {
  sql.run('INSERT OR REPLACE INTO profile VALUES (?, ?)', profile.iccid, JSON.stringify(profile))
}

function find(sql: Sql, iccid: string): ProfileView | undefined {
  const row = first<{ record: string }>(sql, 'SELECT record FROM profile WHERE iccid = ?', iccid)
  return row && (JSON.parse(row.record) as ProfileView)
}

/** What proved an effect: the sequence number that orders it, and the id shown to people. */
export interface Proof {
  readonly seqNumber: number
  readonly by: string
}

/**
 * Runs `effect` when `proof` is newer than the picture; an older one leaves it, marked stale.
 * Returns whether a fresh list is needed.
 */
function apply({ sql, now, enrolment }: EuiccContext, proof: Proof, effect: () => boolean): boolean {
  const picture = readPicture(sql)
  if (proof.seqNumber <= picture.seqNumber) {
    writePicture(sql, { ...picture, stale: true }, now)
    return true
  }
  const before = listProfiles(sql)
  const complete = effect()
  const profiles = listProfiles(sql)
  writePicture(
    sql,
    {
      seqNumber: proof.seqNumber,
      provenAt: complete ? now : picture.provenAt,
      stale: complete ? false : picture.stale,
    },
    now,
  )
  announce(sql, {
    kind: 'profiles',
    tenant: enrolment.tenant,
    eid: enrolment.eid,
    at: now,
    profiles: profiles.map(({ iccid, state, serviceProviderName }) => ({
      iccid,
      state,
      serviceProviderName,
    })),
    effects: effectsBetween(before, profiles),
  })
  return false
}

/** What happened to each profile from one picture to the next. */
function effectsBetween(before: readonly ProfileView[], after: readonly ProfileView[]): ProfileEffect[] {
  const told = ({ iccid, state, serviceProviderName }: ProfileView, effect: ProfileEffect['effect']) => ({
    iccid,
    effect,
    state,
    serviceProviderName,
  })
  const deleted = before.filter(({ iccid }) => !after.some((profile) => profile.iccid === iccid))
  return [
    ...deleted.map((profile) => told(profile, 'deleted')),
    ...after.flatMap((profile) => {
      const known = before.find(({ iccid }) => iccid === profile.iccid)
      if (!known) return [told(profile, 'installed')]
      const { state } = profile
      return state === known.state || state === 'unknown' ? [] : [told(profile, state)]
    }),
  ]
}

/** Steps that succeeded, with their results. */
export type StepOutcome = readonly [PackageStep, EuiccResult]

const CHANGING: ReadonlySet<string> = new Set([
  'profile.enable',
  'profile.disable',
  'profile.delete',
  'profile.list',
  'fallback.set',
  'fallback.unset',
])

/** Applies the successful steps of a verified result. Returns whether a fresh list is needed. */
export function applySteps(context: EuiccContext, proof: Proof, outcomes: readonly StepOutcome[]): boolean {
  const relevant = outcomes.filter(([step]) => CHANGING.has(step.type))
  if (relevant.length === 0) return false
  const provenAt = new Date(context.now).toISOString()
  return apply(context, proof, () => {
    let complete = false
    for (const [step, result] of relevant) {
      applyStep(context.sql, step, result, { provenAt, provenBy: proof.by })
      complete ||= step.type === 'profile.list'
    }
    return complete
  })
}

type Provenance = Pick<ProfileView, 'provenAt' | 'provenBy'>

function applyStep(sql: Sql, step: PackageStep, result: EuiccResult, provenance: Provenance): void {
  switch (step.type) {
    case 'profile.enable':
      return setEnabled(sql, step.iccid, provenance)
    case 'profile.disable':
      return change(sql, step.iccid, { state: 'disabled', ...provenance })
    case 'profile.delete':
      return sql.run('DELETE FROM profile WHERE iccid = ?', step.iccid)
    case 'fallback.set':
      return setFallback(sql, step.iccid, provenance)
    case 'fallback.unset':
      return setFallback(sql, null, provenance)
    case 'profile.list':
      return replaceAll(sql, result.listProfileInfoResult?.profileInfoListOk ?? [], provenance)
  }
}

function setEnabled(sql: Sql, iccid: string, provenance: Provenance): void {
  for (const profile of listProfiles(sql)) {
    if (profile.state === 'enabled' && profile.iccid !== iccid)
      save(sql, { ...profile, state: 'disabled', ...provenance })
  }
  change(sql, iccid, { state: 'enabled', ...provenance })
}

function setFallback(sql: Sql, iccid: string | null, provenance: Provenance): void {
  for (const profile of listProfiles(sql)) {
    if (profile.fallback && profile.iccid !== iccid) save(sql, { ...profile, fallback: false, ...provenance })
  }
  if (iccid !== null) change(sql, iccid, { fallback: true, ...provenance })
}

function change(sql: Sql, iccid: string, changes: Partial<ProfileView> & Provenance): void {
  save(sql, { ...(find(sql, iccid) ?? unlisted(iccid, changes)), ...changes })
}

/** A profile that was named by a result before any list showed it. */
function unlisted(iccid: string, provenance: Provenance): ProfileView {
  return {
    iccid,
    isdpAid: null,
    state: 'unknown',
    fallback: false,
    fallbackAllowed: null,
    profileClass: null,
    nickname: null,
    serviceProviderName: null,
    profileName: null,
    policyRules: [],
    profileInfo: {},
    provenAt: provenance.provenAt,
    provenBy: provenance.provenBy,
  }
}

function replaceAll(sql: Sql, list: readonly Infer<typeof ProfileInfo>[], provenance: Provenance): void {
  sql.run('DELETE FROM profile')
  for (const info of list) {
    const profile = fromProfileInfo(info, provenance)
    if (profile) save(sql, profile)
  }
}

const STATES = ['disabled', 'enabled'] as const
const CLASSES = ['test', 'provisioning', 'operational'] as const

function fromProfileInfo(info: Infer<typeof ProfileInfo>, provenance: Provenance): ProfileView | null {
  if (!info.iccid) return null
  return {
    iccid: iccidFromOctets(info.iccid),
    isdpAid: info.isdpAid ? toHex(info.isdpAid) : null,
    state: (info.profileState === undefined ? undefined : STATES[info.profileState]) ?? 'unknown',
    fallback: info.fallbackAttribute,
    fallbackAllowed: info.fallbackAllowed ?? null,
    profileClass: (info.profileClass === undefined ? undefined : CLASSES[info.profileClass]) ?? null,
    nickname: info.profileNickname ?? null,
    serviceProviderName: info.serviceProviderName ?? null,
    profileName: info.profileName ?? null,
    policyRules: info.profilePolicyRules ?? [],
    profileInfo: ProfileInfo.toJson(info) as Json,
    ...provenance,
  }
}

/** A rollback proven by the eUICC: what was enabled before is enabled again; a fresh list confirms it. */
export function applyRollback(context: EuiccContext, proof: Proof, previousIccid: string): void {
  const provenAt = new Date(context.now).toISOString()
  apply(context, proof, () => {
    const provenance = { provenAt, provenBy: proof.by }
    setEnabled(context.sql, previousIccid, provenance)
    return false
  })
  markStale(context)
}

export type NotifiedEvent =
  | 'notificationInstall'
  | 'notificationEnable'
  | 'notificationDisable'
  | 'notificationDelete'

/**
 * Whether a verified notification tells of something that the picture does not show. It is not applied itself: within a
 * package it may speak of a state that was over when the package ended, so only a signed list settles it.
 */
export function contradicts(sql: Sql, seqNumber: number, event: NotifiedEvent, iccid: string): boolean {
  if (seqNumber <= readPicture(sql).seqNumber) return false
  const profile = find(sql, iccid)
  switch (event) {
    case 'notificationInstall':
      return profile === undefined
    case 'notificationDelete':
      return profile !== undefined
    case 'notificationEnable':
      return profile?.state !== 'enabled'
    case 'notificationDisable':
      return profile?.state === 'enabled'
  }
}

export function markStale({ sql, now }: EuiccContext): void {
  const picture = readPicture(sql)
  if (!picture.stale) writePicture(sql, { ...picture, stale: true }, now)
}

/** Whether the (fresh) picture shows what a step wanted; null when a list cannot show it. */
export function isVisiblyDone(sql: Sql, step: PackageStep): boolean | null {
  switch (step.type) {
    case 'profile.enable':
      return find(sql, step.iccid)?.state === 'enabled'
    case 'profile.disable':
      return find(sql, step.iccid)?.state === 'disabled'
    case 'profile.delete':
      return find(sql, step.iccid) === undefined
    case 'fallback.set':
      return find(sql, step.iccid)?.fallback === true
    case 'fallback.unset':
      return !listProfiles(sql).some((profile) => profile.fallback)
    default:
      return null
  }
}
