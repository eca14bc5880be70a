/** The story that `npm start` tells: register, enable, fallback, a hostile replay, delete, each with its proof. */

import type { OperationView } from '../../functions/euicc/operation.ts'
import { decode } from '../../shared/asn1/index.ts'
import { fromHex } from '../../shared/octets.ts'
import { EuiccPackageErrorCode, EuiccPackageResult } from '../../shared/sgp32/index.ts'
import { addInitialEim } from './es10b.ts'
import type { OperatorClient } from './operator-client.ts'
import type { Cast, StoryDevice } from './story-cast.ts'

const say = (text = '') => console.log(text)

/** The first device of the cast is the story's hero. */
function heroOf(cast: Cast): StoryDevice {
  const [hero] = cast.devices
  if (!hero) throw new Error('a story needs a device')
  return hero
}

export async function tellFirstStory(operator: OperatorClient, cast: Cast): Promise<void> {
  const hero = heroOf(cast)
  const [bootstrap, wanted, spare] = hero.euicc.state.profiles.map((profile) => profile.iccid)
  if (!bootstrap || !wanted || !spare) throw new Error('the story needs three profiles')
  await register(operator, cast)
  await firstContact(cast, hero)
  await perform(operator, cast, hero, '3. Enable the operator’s profile, with rollback', 'profile.enable', {
    iccid: wanted,
    rollback: true,
  })
  await perform(operator, cast, hero, '4. Make the bootstrap profile the fallback', 'fallback.set', {
    iccid: bootstrap,
  })
  await replay(cast, hero)
  await perform(operator, cast, hero, '6. Delete the spare profile', 'profile.delete', { iccid: spare })
  await showPicture(operator, hero)
  for (const device of cast.devices) {
    if (device.transport === 'CoAP/DTLS') continue
    await device.ipa.wakeUp()
    cast.store.save(device.euicc)
  }
}

async function register(operator: OperatorClient, cast: Cast): Promise<void> {
  say(`\n1. Register ${cast.devices.length} eUICCs, and give each the eIM it is to trust (AddInitialEim)`)
  const { data } = await operator.call<{ data: { id: string }[] }>('GET', '/v1/eim-identities')
  const { hex } = await operator.call<{ hex: string }>(
    'GET',
    `/v1/eim-identities/${data[0]?.id}/add-initial-eim`,
  )
  for (const device of cast.devices) {
    await operator.call('POST', '/v1/euiccs', { eid: device.euicc.state.eid, labels: { name: device.name } })
    addInitialEim(device.euicc, fromHex(hex))
    cast.store.save(device.euicc)
    say(`   ${device.euicc.state.eid}  ${device.name}, ${device.binding} binding, over ${device.transport}`)
  }
}

async function firstContact(cast: Cast, hero: StoryDevice): Promise<void> {
  say(
    `\n2. First contact of the ${hero.name}: the eIM learns certificates, token, capabilities and profiles by itself`,
  )
  cast.tellWire(true)
  await hero.ipa.wakeUp()
  cast.tellWire(false)
}

/** Asks over the API, lets the device come, and shows the proof. */
async function perform(
  operator: OperatorClient,
  cast: Cast,
  device: StoryDevice,
  title: string,
  type: string,
  params: object,
): Promise<void> {
  say(`\n${title}`)
  const asked = await operator.operate(device.euicc.state.eid, type, params)
  say(`   POST /v1/operations → 202 ${asked.id}: ${asked.status}, ${asked.waiting?.detail}`)
  cast.tellWire(true)
  await device.ipa.wakeUp()
  cast.tellWire(false)
  cast.store.save(device.euicc)
  await showOutcome(operator, await operator.operation(asked.id))
}

interface Evidence {
  readonly verdict: { readonly verified: boolean; readonly detail: string; readonly signature: string | null }
}

async function showOutcome(operator: OperatorClient, operation: OperationView): Promise<void> {
  const { status, reason, delivery, evidence } = operation
  say(`   ${status}: ${reason?.detail} (counterValue ${delivery?.counterValue})`)
  const [id] = evidence
  if (!id) return
  const { verdict } = await operator.call<Evidence>('GET', `/v1/euiccs/${operation.eid}/evidence/${id}`)
  say(
    `   proof ${id}: ${verdict.verified ? 'verified' : 'NOT verified'}, ${verdict.detail}; signature ${verdict.signature?.slice(0, 24)}…`,
  )
}

/** Somebody who kept an old package sends it to the card once more. */
async function replay(cast: Cast, hero: StoryDevice): Promise<void> {
  say('\n5. A wiretapper replays the last signed package to the card')
  const kept = cast.tapped()
  if (!kept) throw new Error('no package was seen on the wire')
  const answer = decode(EuiccPackageResult, await hero.euicc.loadEuiccPackage(kept))
  const code = answer.euiccPackageErrorSigned?.euiccPackageErrorDataSigned.euiccPackageErrorCode
  say(
    `   the eUICC answers, signed: ${code === undefined ? 'it was executed!' : EuiccPackageErrorCode.nameOf(code)} — nothing changed`,
  )
}

async function showPicture(operator: OperatorClient, { euicc }: StoryDevice): Promise<void> {
  const { profiles } = await operator.call<{
    profiles: { iccid: string; state: string; fallback: boolean }[]
  }>('GET', `/v1/euiccs/${euicc.state.eid}/profiles`)
  say('\nWhat the eIM knows, and what the card really is:')
  for (const { iccid, state, fallback } of profiles) {
    const real = euicc.state.profiles.find((profile) => profile.iccid === iccid)
    say(
      `   ${iccid}  ${state}${fallback ? ', fallback' : ''}  (card: ${real?.state}${real?.fallback ? ', fallback' : ''})`,
    )
  }
}

/** After a restart: everything is still there, and works on. */
export async function tellReturn(operator: OperatorClient, cast: Cast): Promise<void> {
  const hero = heroOf(cast)
  say('\nBack again with the state of last time.')
  const other = hero.euicc.state.profiles.find((profile) => profile.state === 'disabled')
  if (other) {
    await perform(operator, cast, hero, `Enable ${other.iccid}`, 'profile.enable', { iccid: other.iccid })
  }
  await showPicture(operator, hero)
}
