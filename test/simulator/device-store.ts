/** Keeps simulated devices in a folder, one file each, so that they go on where they stopped. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fromBase64, fromHex, toBase64, toHex } from '../../shared/octets.ts'
import { writePem } from '../../shared/pki/index.ts'
import {
  type CardCredential,
  CardIssuer,
  restoreKey,
  type SavedIssuer,
  saveKey,
  simulatedEid,
} from './card-issuer.ts'
import type { EuiccState, SimulatedProfile } from './euicc-state.ts'
import { SimulatedEuicc } from './simulated-euicc.ts'

interface SavedCredential {
  readonly key: string
  readonly euiccCertificate: string
  readonly eumCertificate: string
  readonly ciPKId: string
}

/** JSON text; octets stand as `{"hex": …}`. */
export function saveDevice(euicc: SimulatedEuicc): string {
  const credentials = euicc.credentials.map(
    (credential): SavedCredential => ({
      key: saveKey(credential.key),
      euiccCertificate: toBase64(credential.euiccCertificate),
      eumCertificate: toBase64(credential.eumCertificate),
      ciPKId: toBase64(credential.ciPKId),
    }),
  )
  const octetsAsHex = (_name: string, value: unknown) =>
    value instanceof Uint8Array ? { hex: toHex(value) } : value
  return JSON.stringify({ credentials, state: euicc.state }, octetsAsHex, 1)
}

/** Reads what {@link saveDevice} wrote; the file is the simulator's own, so its form is taken on trust. */
export function deviceFrom(text: string): SimulatedEuicc {
  const hexAsOctets = (_name: string, value: unknown) => {
    const isOctets = typeof value === 'object' && value !== null && 'hex' in value
    return isOctets && typeof value.hex === 'string' ? fromHex(value.hex) : value
  }
  const saved = JSON.parse(text, hexAsOctets) as {
    readonly state: EuiccState
    readonly credentials: readonly SavedCredential[]
  }
  const [first, ...others] = saved.credentials.map(
    (credential): CardCredential => ({
      key: restoreKey(credential.key),
      euiccCertificate: fromBase64(credential.euiccCertificate),
      eumCertificate: fromBase64(credential.eumCertificate),
      ciPKId: fromBase64(credential.ciPKId),
    }),
  )
  if (!first) throw new RangeError('the device has no keys')
  return SimulatedEuicc.of(saved.state, first, ...others)
}

const FIRST_ICCID = 8988_0000_0000_0000_000n

function profile(iccid: bigint, changes: Partial<SimulatedProfile>): SimulatedProfile {
  return {
    iccid: iccid.toString(),
    serviceProviderName: 'Simulated Mobile',
    profileName: 'Operator',
    profileClass: 'operational',
    state: 'disabled',
    fallback: false,
    fallbackAllowed: true,
    policyRules: [],
    smdpAddress: 'smdp.example.com',
    ...changes,
  }
}

/** Device number `index` of the fleet: an enabled bootstrap profile and two others, ICCIDs of its own. */
export function makeDevice(issuer: CardIssuer, index: number): SimulatedEuicc {
  const first = FIRST_ICCID + BigInt(index) * 10n
  return SimulatedEuicc.create(issuer, simulatedEid(index), [
    profile(first, { state: 'enabled', profileClass: 'provisioning', profileName: 'Bootstrap' }),
    profile(first + 1n, {}),
    profile(first + 2n, { profileName: 'Spare' }),
  ])
}

/** The profile that a download brings to device number `index`. */
export function downloadedProfile(index: number, count: number): SimulatedProfile {
  return profile(FIRST_ICCID + BigInt(index) * 10n + BigInt(3 + count), {
    profileName: `Download ${count + 1}`,
  })
}

export class DeviceStore {
  readonly folder: string
  readonly issuer: CardIssuer

  /** Makes the folder and its CI when there is none; `ci.pem` is what an eIM must trust. */
  constructor(folder: string) {
    this.folder = folder
    mkdirSync(folder, { recursive: true })
    const file = path.join(folder, 'issuer.json')
    if (!existsSync(file)) {
      write(file, JSON.stringify(CardIssuer.create().save(), null, 1))
    }
    this.issuer = CardIssuer.restore(JSON.parse(readFileSync(file, 'utf8')) as SavedIssuer)
    write(this.ciFile, writePem('CERTIFICATE', this.issuer.ci.certificate))
  }

  get ciFile(): string {
    return path.join(this.folder, 'ci.pem')
  }

  #fileOf(eid: string): string {
    return path.join(this.folder, `${eid}.json`)
  }

  /** The device as it was left, or a new one. */
  device(index: number): SimulatedEuicc {
    const file = this.#fileOf(simulatedEid(index))
    return existsSync(file) ? deviceFrom(readFileSync(file, 'utf8')) : makeDevice(this.issuer, index)
  }

  save(euicc: SimulatedEuicc): void {
    write(this.#fileOf(euicc.state.eid), saveDevice(euicc))
  }
}

/** All or nothing: a file half written would be a card half erased. */
function write(file: string, text: string): void {
  writeFileSync(`${file}.new`, text)
  renameSync(`${file}.new`, file)
}
