/** Wireshark's dissectors read what passes between a foreign device and the gateway: nothing of it may look malformed. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { callMbedtls, mbedtls } from './connection-id-peers.ts'
import { PORT } from './gateway-under-test.ts'
import { CaseFailure, expectIn, installed, type Peer, run } from './peer.ts'

/** Until tshark captures, and until it has written what it captured. */
const SETTLE_MS = 2500

export const tshark: Peer = {
  name: 'tshark',
  proves: 'a foreign dissector reads our handshakes, records with Connection ID, and finds nothing malformed',
  async prepare() {
    await installed('tshark', 'tshark')
    await mbedtls.prepare()
    return /(\d+\.\d+\.\d+)/.exec((await run('tshark', ['--version'])).output)?.[1] ?? ''
  },
  cases: [
    {
      name: 'handshakes and records with Connection ID',
      async run(gateway) {
        const folder = mkdtempSync(path.join(tmpdir(), 'edge-eim-capture-'))
        const file = path.join(folder, 'capture.pcap')
        const capture = spawn('tshark', ['-i', 'lo', '-f', `udp port ${PORT}`, '-w', file], {
          stdio: 'ignore',
        })
        const settle = () => new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
        try {
          await settle()
          const { status, output } = await callMbedtls('cert')(gateway)
          if (status !== 0) throw new CaseFailure(output)
          await settle()
          capture.kill('SIGINT')
          const flags = ['-r', file, '-d', `udp.port==${PORT},dtls`]
          const all = await run('tshark', [...flags, '-V'])
          expectIn(all.output, 'Hello Verify Request', 'Extension: connection_id', 'Connection ID (25)')
          const bad = await run('tshark', [...flags, '-Y', '_ws.malformed || _ws.expert.severity == "Error"'])
          if (/DTLS/.test(bad.output)) throw new CaseFailure(bad.output)
        } finally {
          capture.kill('SIGKILL')
          rmSync(folder, { recursive: true, force: true })
        }
      },
    },
  ],
}
