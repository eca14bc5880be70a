import { describe, expect, it } from 'vitest'
import { decode, encode, rawOctets } from '../../shared/asn1/index.ts'
import { fromHex, toHex } from '../../shared/octets.ts'
import { parseCertificate } from '../../shared/pki/index.ts'
import {
  GetEimPackageRequest,
  type ProfileDownloadData,
  ProfileDownloadTriggerRequest,
  ProvideEimPackageResult,
} from '../../shared/sgp32/index.ts'
import { A, C, makeBench, profile, THREE, UNKNOWN } from './bench-card.ts'
import { verifyPlain } from './card-crypto.ts'
import { asn1Client } from './esipa-client.ts'
import { type DownloadPlan, simulatedDownload } from './simulated-download.ts'
import { SimulatedIpa } from './simulated-ipa.ts'

const CODE = 'LPA:1$smdp.plus.example.com$MATCH-1'

async function download(
  plan: Partial<DownloadPlan>,
  profileDownloadData: ProfileDownloadData | undefined = { activationCode: CODE },
  prepare: (bench: ReturnType<typeof makeBench>) => void = () => undefined,
) {
  const bench = makeBench(THREE)
  prepare(bench)
  const { eim, euicc } = bench
  const ipa = new SimulatedIpa(euicc, asn1Client(eim.send), {
    download: simulatedDownload({ profile: profile(UNKNOWN), ...plan }),
  })
  eim.queue.push(
    encode(ProfileDownloadTriggerRequest, { profileDownloadData, eimTransactionId: fromHex('0A0B') }),
  )
  await ipa.wakeUp()
  const answers = eim.received
    .filter(({ body }) => toHex(body).startsWith('BF50'))
    .map(({ body }) => decode(ProvideEimPackageResult, body).eimPackageResult)
  return { ...bench, answer: answers[0], result: answers[0]?.profileDownloadTriggerResult }
}

describe('a simulated download', () => {
  it('installs the profile and signs its result over BF27', async () => {
    const { result, euicc } = await download({})
    const pir = result?.profileDownloadTriggerResultData.profileInstallationResult
    expect(result?.eimTransactionId).toEqual(fromHex('0A0B'))
    expect(pir?.profileInstallationResultData).toMatchObject({
      notificationMetadata: { notificationAddress: 'smdp.plus.example.com' },
      finalResult: { successResult: {} },
    })
    expect(euicc.state.profiles.at(-1)).toMatchObject({ iccid: UNKNOWN, state: 'disabled' })
    const { subjectPublicKeyInfo } = parseCertificate(euicc.euiccCertificate)
    const data = pir && rawOctets(pir.profileInstallationResultData)
    expect(data && verifyPlain(subjectPublicKeyInfo, data, pir.euiccSignPIR)).toBe(true)
    expect(euicc.state.notifications).toEqual([])
  })

  it('goes to the default SM-DP+ when told so', async () => {
    const { euicc } = await download({ leavesNotification: true }, { contactDefaultSmdp: null })
    expect(euicc.state.profiles.at(-1)?.smdpAddress).toBe('smdp.example.com')
  })

  it('fails, signed, when the profile is there already or the package is bad', async () => {
    const there = await download({ profile: profile(A) })
    expect(there.result?.profileDownloadTriggerResultData.profileInstallationResult).toMatchObject({
      profileInstallationResultData: { finalResult: { errorResult: { bppCommandId: 2, errorReason: 9 } } },
    })
    const bad = await download({ outcome: { kind: 'installation-error', bppCommandId: 5, errorReason: 12 } })
    expect(bad.result?.profileDownloadTriggerResultData.profileInstallationResult).toMatchObject({
      profileInstallationResultData: { finalResult: { errorResult: { bppCommandId: 5, errorReason: 12 } } },
    })
    expect(bad.euicc.state.profiles).toHaveLength(3)
  })

  it('fails, unsigned, for a bad activation code, an emergency call or a reason given', async () => {
    const reason = ({ result }: Awaited<ReturnType<typeof download>>) =>
      result?.profileDownloadTriggerResultData.profileDownloadError?.profileDownloadErrorReason
    expect(reason(await download({}, { activationCode: 'nonsense' }))).toBe(127)
    expect(reason(await download({ outcome: { kind: 'download-error', reason: 127 } }))).toBe(127)
    const emergency = await download({}, undefined, ({ euicc }) => {
      euicc.state.ecallActive = true
    })
    expect(reason(emergency)).toBe(104)
  })

  it('may end in silence', async () => {
    expect((await download({ outcome: { kind: 'silence' } })).answer).toBeUndefined()
  })

  it('is refused when the trigger says nothing', async () => {
    const bench = makeBench()
    const ipa = new SimulatedIpa(bench.euicc, asn1Client(bench.eim.send), {
      download: simulatedDownload({ profile: profile(C) }),
    })
    bench.eim.queue.push(fromHex('BF5404' + '82020A0B'))
    await ipa.wakeUp()
    expect(toHex(bench.eim.received[1]?.body ?? new Uint8Array())).toMatch(/A00780020A0B020101$/)
  })

  it('enables at once where that is configured, and tells the eIM', async () => {
    const { enabled, eim } = await download({}, undefined, ({ euicc }) => {
      euicc.state.immediateEnable = { enabled: true, smdpOid: null, smdpAddress: null }
    })
    expect(enabled()).toBe(UNKNOWN)
    const polls = eim.received.filter(({ body }) => toHex(body).startsWith('BF4F'))
    expect(decode(GetEimPackageRequest, polls[1]?.body ?? new Uint8Array()).stateChangeCause).toBe(5)
  })
})
