import { useEvents } from '../../live/hooks.ts'
import { announce } from '../../shell/announcer.ts'

/** Says in words what changes on the page by itself. */
export function useLiveAnnouncements(eid: string): void {
  useEvents(({ subject, type, data }) => {
    if (subject !== eid || type === 'euicc.seen') return
    const [what, became = ''] = type.split('.')
    const which = typeof data.operationType === 'string' ? ` ${data.operationType}` : ''
    announce(`${what}${which} ${became.replaceAll('_', ' ')}`)
  })
}
