import { describe, expect, it } from 'vitest'
import { refusalOfTarget } from '../../functions/events/safe-target.ts'

describe('where webhooks may go', () => {
  it.each([
    'https://hooks.example.com/eim',
    'https://hooks.example.com:8443/eim?key=1',
    'https://93.184.216.34/',
    'https://[2606:2800:220:1::1]/',
  ])('%s', (url) => expect(refusalOfTarget(url, false)).toBeNull())

  it.each([
    'http://hooks.example.com/',
    'ftp://hooks.example.com/',
    'file:///etc/passwd',
    'https://user:secret@hooks.example.com/',
    'https://hooks.example.com/#part',
    'https://hooks.example.com:22/',
    'https://localhost/',
    'https://LOCALHOST./',
    'https://edge/',
    'https://db.internal/',
    'https://printer.local/',
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f.0.0.1/',
    'https://0177.0.0.1/',
    'https://10.0.0.1/',
    'https://172.16.0.1/',
    'https://192.168.1.1/',
    'https://100.64.0.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://0.0.0.0/',
    'https://255.255.255.255/',
    'https://224.0.0.1/',
    'https://[::1]/',
    'https://[::]/',
    'https://[fe80::1]/',
    'https://[fd00::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::127.0.0.1]/',
    'https://localhost../',
    'https://127.0.0.1../',
    'https://[::ffff:a9fe:a9fe]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[2002:7f00:1::]/',
    'not a URL',
    `https://hooks.example.com/${'a'.repeat(2048)}`,
  ])('not %s', (url) => expect(refusalOfTarget(url, false)).not.toBeNull())

  it('anywhere on a laptop that says so, by HTTP', () => {
    expect(refusalOfTarget('http://127.0.0.1:9000/', true)).toBeNull()
    expect(refusalOfTarget('file:///etc/passwd', true)).not.toBeNull()
  })
})
