/**
 * Which EIDs an EUM may certify. The EUM certificate names its organization and the leading digits of its EIDs in
 * critical nameConstraints (SGP.22 §4.5.2.1.0.2), but as a prefix of the serialNumber, where RFC 5280 §4.2.1.10 knows
 * only whole attributes: a generic path check refuses every eUICC, so the rule is applied here by hand.
 */
import type { Certificate } from './certificate.ts'
import { GeneralNameForm, type NameConstraints, type Subtree } from './certificate-extensions.ts'
import type { ChainFault } from './chain-fault.ts'
import { AttributeType, isSameText, type Name, valuesOf } from './name.ts'

/** The first rule of the EUM certificate that the eUICC certificate's names break; `eid` is the one in its subject. */
export function eidRangeFault(eum: Certificate, euicc: Certificate, eid: string): ChainFault | undefined {
  const { nameConstraints, permittedEins } = eum.values
  if (!permittedEins && !nameConstraints?.permitted.some(namesEids)) return { kind: 'eid-range-missing' }
  if (permittedEins && !permittedEins.some((ein) => eid.startsWith(ein.toUpperCase()))) {
    return { kind: 'permitted-eins', permitted: permittedEins }
  }
  return nameConstraints && nameFault(nameConstraints, euicc)
}

function namesEids({ directoryName }: Subtree): boolean {
  return directoryName !== undefined && valuesOf(directoryName, 'serialNumber').length > 0
}

function nameFault({ permitted, excluded }: NameConstraints, euicc: Certificate): ChainFault | undefined {
  const otherForms = [...permitted, ...excluded].map(({ form }) => form).filter(isOtherForm)
  if (otherForms.some((form) => euicc.values.subjectAltName?.forms.includes(form))) {
    return { kind: 'name-constraints', rule: 'unsupported-form' }
  }
  const holdsSubject = (subtree: Subtree) => isWithin(euicc.subject, subtree)
  if (excluded.some(holdsSubject)) return { kind: 'name-constraints', rule: 'excluded' }
  const directoryTrees = permitted.filter(({ directoryName }) => directoryName !== undefined)
  if (directoryTrees.length > 0 && !directoryTrees.some(holdsSubject)) {
    return { kind: 'name-constraints', rule: 'permitted' }
  }
  return undefined
}

function isOtherForm(form: number): boolean {
  return form !== GeneralNameForm.directoryName
}

/** Every attribute of the subtree must stand in the subject: the serialNumber by its beginning, the others whole. */
function isWithin(subject: Name, { directoryName }: Subtree): boolean {
  if (directoryName === undefined) return false
  return directoryName.attributes.every((wanted) =>
    subject.attributes.some(({ type, value }) => {
      if (type !== wanted.type) return false
      if (type !== AttributeType.serialNumber) return isSameText(value, wanted.value)
      return value.toUpperCase().startsWith(wanted.value.toUpperCase())
    }),
  )
}
