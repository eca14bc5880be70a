/** Signatures and certificate chains inside workerd, timed from outside: its own clock may stand still. */
import { toHex } from '../../shared/octets.ts'
import type { CardIssuer } from '../simulator/card-issuer.ts'
import { type BenchResult, interleave } from './result.ts'
import type { WorkerdServer } from './workerd-server.ts'

const TIMES = 2000
const ROUNDS = 5

export async function benchCryptography(server: WorkerdServer, issuer: CardIssuer): Promise<BenchResult[]> {
  const { euiccCertificate } = issuer.issueEuicc('89049032000000000000000000000163')
  const body = [issuer.ci.certificate, issuer.eum.certificate, euiccCertificate].map(toHex).join('\n')
  const rate = (what: string) => async () => {
    const start = performance.now()
    const url = `${server.edgeUrl}/bench/repeat?what=${what}&times=${TIMES}`
    const response = await fetch(url, { method: 'POST', body })
    if (!response.ok) throw new Error(`${what} failed: ${response.status}`)
    return (TIMES * 1000) / (performance.now() - start)
  }
  const rates = await interleave(ROUNDS, {
    sign: rate('sign'),
    bareSign: rate('bare-sign'),
    verify: rate('verify'),
    bareVerify: rate('bare-verify'),
    chain: rate('chain'),
  })
  return [
    {
      name: 'sign a package',
      median: rates.median('sign'),
      unit: '/s',
      reference: 'bare WebCrypto sign',
      ratio: rates.ratio('sign', 'bareSign'),
    },
    {
      name: 'verify a result',
      median: rates.median('verify'),
      unit: '/s',
      reference: 'bare WebCrypto verify',
      ratio: rates.ratio('verify', 'bareVerify'),
    },
    {
      name: 'verify a chain',
      median: rates.median('chain'),
      unit: '/s',
      reference: 'bare WebCrypto verify',
      ratio: rates.ratio('chain', 'bareVerify'),
    },
  ]
}
