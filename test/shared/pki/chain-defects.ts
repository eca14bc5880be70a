/** Chains with exactly one thing wrong, each with the reason that must be given and whether a generic path check sees it. */
import type { ChainFault } from '../../../shared/pki/chain-fault.ts'
import {
  authorityKeyId,
  basicConstraints,
  type ChainDraft,
  CN,
  COUNTRY,
  critical,
  EID,
  EUICC_NAME,
  keyUsage,
  nameConstraints,
  ORGANIZATION,
  permittedEins,
  policies,
  SERIAL,
  withExtensions,
} from './forge.ts'

export interface ChainDefect {
  readonly name: string
  readonly spoil: (chain: ChainDraft) => ChainDraft
  readonly reason: Partial<ChainFault> & { kind: ChainFault['kind'] }
  /** The generic path checks that see it too; the profile of eSIM is stricter than theirs. */
  readonly refusedBy: readonly ('openssl' | 'pkijs')[]
}

type Change<Role extends keyof ChainDraft> = (draft: ChainDraft[Role]) => ChainDraft[Role]
const ci = (change: Change<'ci'>) => (chain: ChainDraft) => ({ ...chain, ci: change(chain.ci) })
const eum = (change: Change<'eum'>) => (chain: ChainDraft) => ({ ...chain, eum: change(chain.eum) })
const euicc = (change: Change<'euicc'>) => (chain: ChainDraft) => ({ ...chain, euicc: change(chain.euicc) })
const renamed = (type: string, value: string) =>
  EUICC_NAME.map(([id, text]) => [id, id === type ? value : text] as const)

const KEY_USAGE = '2.5.29.15'
const BASIC_CONSTRAINTS = '2.5.29.19'
const NAME_CONSTRAINTS = '2.5.29.30'
const POLICIES = '2.5.29.32'
const AUTHORITY_KEY = '2.5.29.35'
const SUBJECT_KEY = '2.5.29.14'
const OTHER_EID = '89044032123451234512345678901235'

export const chainDefects: readonly ChainDefect[] = [
  {
    name: 'the CI expired',
    spoil: ci((draft) => ({ ...draft, notAfter: '251231235959Z' })),
    reason: { kind: 'expired', certificate: 'ci' },
    refusedBy: ['openssl', 'pkijs'],
  },
  {
    name: 'the EUM expired',
    spoil: eum((draft) => ({ ...draft, notAfter: '20251231235959Z' })),
    reason: { kind: 'expired', certificate: 'eum', notAfter: Date.parse('2025-12-31T23:59:59Z') },
    refusedBy: ['openssl', 'pkijs'],
  },
  {
    name: 'the eUICC certificate is not yet valid',
    spoil: euicc((draft) => ({ ...draft, notBefore: '270101000000Z' })),
    reason: { kind: 'not-yet-valid', certificate: 'euicc' },
    refusedBy: ['openssl', 'pkijs'],
  },
  {
    name: 'the eUICC certificate expired',
    spoil: euicc((draft) => ({ ...draft, notAfter: '261123235959Z' })),
    reason: { kind: 'expired', certificate: 'euicc' },
    refusedBy: ['openssl', 'pkijs'],
  },
  {
    name: 'the eUICC certificate names another issuer',
    spoil: euicc((draft) => ({ ...draft, issuer: [[CN, 'Another EUM']] })),
    reason: { kind: 'issuer-name', certificate: 'euicc' },
    refusedBy: ['openssl', 'pkijs'],
  },
  {
    name: 'the EUM certificate names another issuer',
    spoil: eum((draft) => ({ ...draft, issuer: [[CN, 'Another CI']] })),
    reason: { kind: 'issuer-name', certificate: 'eum' },
    refusedBy: ['openssl', 'pkijs'],
  },
  {
    name: 'the eUICC certificate names another issuer key',
    spoil: euicc((draft) => withExtensions(draft, authorityKeyId('AB'.repeat(20)))),
    reason: { kind: 'key-identifier', certificate: 'euicc', authorityKeyIdentifier: 'AB'.repeat(20) },
    refusedBy: ['openssl', 'pkijs'],
  },
  {
    name: 'the eUICC certificate names no issuer key',
    spoil: euicc((draft) => withExtensions(draft, AUTHORITY_KEY)),
    reason: { kind: 'key-identifier', certificate: 'euicc', authorityKeyIdentifier: undefined },
    refusedBy: [],
  },
  {
    name: 'the EUM certificate has no key identifier',
    spoil: eum((draft) => withExtensions(draft, SUBJECT_KEY)),
    reason: { kind: 'key-identifier', certificate: 'euicc', issuerKeyIdentifier: undefined },
    refusedBy: [],
  },
  {
    name: 'no trusted CI has the key that the EUM certificate names',
    spoil: eum((draft) => withExtensions(draft, authorityKeyId('AB'.repeat(20)))),
    reason: { kind: 'unknown-ci', authorityKeyIdentifier: 'AB'.repeat(20) },
    refusedBy: ['openssl', 'pkijs'],
  },
  {
    name: 'the EUM certificate names no CI key',
    spoil: eum((draft) => withExtensions(draft, AUTHORITY_KEY)),
    reason: { kind: 'unknown-ci', authorityKeyIdentifier: undefined },
    refusedBy: [],
  },
  {
    name: 'the EUM is no CA',
    spoil: eum((draft) => withExtensions(draft, basicConstraints(false))),
    reason: { kind: 'not-a-ca', certificate: 'eum' },
    refusedBy: ['openssl', 'pkijs'],
  },
  {
    name: 'the EUM has no basicConstraints',
    spoil: eum((draft) => withExtensions(draft, BASIC_CONSTRAINTS)),
    reason: { kind: 'not-a-ca', certificate: 'eum' },
    refusedBy: ['openssl', 'pkijs'],
  },
  {
    name: 'the CI is no CA',
    spoil: ci((draft) => withExtensions(draft, basicConstraints(false))),
    reason: { kind: 'not-a-ca', certificate: 'ci' },
    refusedBy: ['openssl', 'pkijs'],
  },
  {
    name: 'the CI allows no CA below itself',
    spoil: ci((draft) => withExtensions(draft, basicConstraints(true, 0))),
    reason: { kind: 'path-length', certificate: 'ci', pathLength: 0 },
    refusedBy: ['openssl'],
  },
  {
    name: 'the EUM may have CAs below itself',
    spoil: eum((draft) => withExtensions(draft, basicConstraints(true, 1))),
    reason: { kind: 'path-length', certificate: 'eum', pathLength: 1 },
    refusedBy: [],
  },
  {
    name: 'the EUM has no path length',
    spoil: eum((draft) => withExtensions(draft, basicConstraints(true))),
    reason: { kind: 'path-length', certificate: 'eum', pathLength: undefined },
    refusedBy: [],
  },
  {
    name: 'the eUICC claims to be a CA',
    spoil: euicc((draft) => withExtensions(draft, basicConstraints(true))),
    reason: { kind: 'leaf-is-ca' },
    refusedBy: [],
  },
  {
    name: 'the CI may not sign certificates',
    spoil: ci((draft) => withExtensions(draft, keyUsage(0x02))),
    reason: { kind: 'key-usage', certificate: 'ci', wanted: 'keyCertSign', found: ['cRLSign'] },
    refusedBy: ['openssl', 'pkijs'],
  },
  {
    name: 'the EUM may not sign certificates',
    spoil: eum((draft) => withExtensions(draft, keyUsage(0x80))),
    reason: { kind: 'key-usage', certificate: 'eum', wanted: 'keyCertSign', found: ['digitalSignature'] },
    refusedBy: ['openssl', 'pkijs'],
  },
  {
    name: 'the eUICC may not sign',
    spoil: euicc((draft) => withExtensions(draft, keyUsage(0x08))),
    reason: { kind: 'key-usage', certificate: 'euicc', wanted: 'digitalSignature', found: ['keyAgreement'] },
    refusedBy: [],
  },
  {
    name: 'the eUICC certificate has no key usage',
    spoil: euicc((draft) => withExtensions(draft, KEY_USAGE)),
    reason: { kind: 'key-usage', certificate: 'euicc', found: [] },
    refusedBy: [],
  },
  {
    name: 'the CI has the policy of an EUM',
    spoil: ci((draft) => withExtensions(draft, policies('2.23.146.1.2.1.2'))),
    reason: { kind: 'policy', certificate: 'ci', found: ['2.23.146.1.2.1.2'] },
    refusedBy: [],
  },
  {
    name: 'the EUM has the policy of an SM-DP+',
    spoil: eum((draft) => withExtensions(draft, policies('2.23.146.1.2.1.4'))),
    reason: { kind: 'policy', certificate: 'eum', found: ['2.23.146.1.2.1.4'] },
    refusedBy: [],
  },
  {
    name: 'the eUICC has the policy of an EUM',
    spoil: euicc((draft) => withExtensions(draft, policies('2.23.146.1.2.1.2'))),
    reason: { kind: 'policy', certificate: 'euicc', found: ['2.23.146.1.2.1.2'] },
    refusedBy: [],
  },
  {
    name: 'the eUICC certificate has no policy',
    spoil: euicc((draft) => withExtensions(draft, POLICIES)),
    reason: { kind: 'policy', certificate: 'euicc', found: [] },
    refusedBy: [],
  },
  ...(['ci', 'eum', 'euicc'] as const).map(
    (role): ChainDefect => ({
      name: `the ${role} certificate has a critical extension that nobody knows`,
      spoil: (chain) => ({ ...chain, [role]: withExtensions(chain[role], critical('1.3.6.1.4.1.99999.1')) }),
      reason: { kind: 'unknown-critical-extension', certificate: role, extension: '1.3.6.1.4.1.99999.1' },
      // Generic validators take a trust anchor as it is.
      refusedBy: role === 'ci' ? [] : ['openssl'],
    }),
  ),
  {
    name: 'the CI certificate constrains names, which this profile does not foresee',
    spoil: ci((draft) => withExtensions(draft, nameConstraints([[[COUNTRY, 'DE']]]))),
    reason: { kind: 'unknown-critical-extension', certificate: 'ci', extension: NAME_CONSTRAINTS },
    refusedBy: ['openssl'],
  },
  {
    name: 'the EUM certificate is signed with another algorithm (ecdsa-with-SHA384)',
    spoil: eum((draft) => ({ ...draft, algorithm: '1.2.840.10045.4.3.3' })),
    reason: { kind: 'unsupported-algorithm', certificate: 'eum', algorithm: '1.2.840.10045.4.3.3' },
    refusedBy: ['openssl', 'pkijs'],
  },
  {
    name: 'the eUICC certificate is of version 1',
    spoil: euicc((draft) => ({ ...draft, version: 1, extensions: [] })),
    reason: { kind: 'unsupported-version', certificate: 'euicc', version: 1 },
    refusedBy: [],
  },
  {
    name: 'the eUICC belongs to another organization',
    spoil: euicc((draft) => ({ ...draft, subject: renamed(ORGANIZATION, 'Another EUM') })),
    reason: { kind: 'name-constraints', rule: 'permitted' },
    refusedBy: ['openssl', 'pkijs'],
  },
  {
    name: 'the EID is outside the range of the EUM',
    spoil: euicc((draft) => ({ ...draft, subject: renamed(SERIAL, OTHER_EID) })),
    reason: { kind: 'name-constraints', rule: 'permitted' },
    refusedBy: ['openssl', 'pkijs'],
  },
  {
    name: 'the EUM certificate excludes the name of the eUICC',
    spoil: eum((draft) =>
      withExtensions(
        draft,
        nameConstraints(
          [
            [
              [COUNTRY, 'ES'],
              [ORGANIZATION, 'RSP Test EUM'],
              [SERIAL, EID],
            ],
          ],
          [[[COUNTRY, 'ES']]],
        ),
      ),
    ),
    reason: { kind: 'name-constraints', rule: 'excluded' },
    refusedBy: ['openssl', 'pkijs'],
  },
  {
    name: 'the EUM certificate does not limit EIDs',
    spoil: eum((draft) => withExtensions(draft, NAME_CONSTRAINTS)),
    reason: { kind: 'eid-range-missing' },
    refusedBy: [],
  },
  {
    name: 'the EUM certificate limits the organization only',
    spoil: eum((draft) =>
      withExtensions(
        draft,
        nameConstraints([
          [
            [COUNTRY, 'ES'],
            [ORGANIZATION, 'RSP Test EUM'],
          ],
        ]),
      ),
    ),
    reason: { kind: 'eid-range-missing' },
    refusedBy: [],
  },
  {
    name: 'the EID is none of the permitted EINs',
    spoil: eum((draft) => withExtensions(draft, permittedEins('89049033', '89044045'))),
    reason: { kind: 'permitted-eins', permitted: ['89049033', '89044045'] },
    refusedBy: [],
  },
  {
    name: 'the subject holds no EID',
    spoil: euicc((draft) => ({ ...draft, subject: draft.subject.filter(([type]) => type !== SERIAL) })),
    reason: { kind: 'eid-malformed', serialNumbers: [] },
    refusedBy: ['openssl', 'pkijs'],
  },
  {
    name: 'the subject holds two EIDs',
    spoil: euicc((draft) => ({ ...draft, subject: [...draft.subject, [SERIAL, OTHER_EID]] })),
    reason: { kind: 'eid-malformed', serialNumbers: [EID, OTHER_EID] },
    refusedBy: [],
  },
  {
    name: 'the EID is short of a digit',
    spoil: euicc((draft) => ({ ...draft, subject: renamed(SERIAL, EID.slice(1)) })),
    reason: { kind: 'eid-malformed' },
    refusedBy: ['openssl', 'pkijs'],
  },
]
