import { EidLink } from './identifier.tsx'

const PAGES: Readonly<Record<string, string>> = {
  cmp: 'campaigns',
  whe: 'webhooks',
  eim: 'identities',
  trg: 'triggers',
  op: 'operations',
}

/** What an event or an entry is about, as a link to its page where there is one. */
export function SubjectLink({ subject }: { readonly subject: string }) {
  if (/^\d{32}$/.test(subject)) return <EidLink eid={subject} />
  const page = PAGES[subject.split('_')[0] ?? '']
  if (page === undefined) return <span class="mono">{subject}</span>
  return (
    <a class="mono" href={`/console/${page}/${subject}`}>
      {subject}
    </a>
  )
}
