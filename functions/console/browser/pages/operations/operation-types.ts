/** What an eUICC can be asked to do, in the order in which one looks for it, with a line on what it means. */
export const OPERATIONS: Readonly<Record<string, string>> = {
  'profile.enable': 'Makes a profile the one in use. The one before is disabled.',
  'profile.disable': 'Takes the profile in use out of use.',
  'profile.delete': 'Removes a profile for good.',
  'profile.list': 'Has the eUICC sign which profiles it holds.',
  'profile.download': 'Has the device fetch a profile from an SM-DP+.',
  'fallback.set': 'Makes a profile the one that takes over when the one in use fails.',
  'fallback.unset': 'Leaves the eUICC without a fallback.',
  'euicc.read': 'Reads data of the IPA and the eUICC.',
  'rat.get': 'Reads the rules authorisation table.',
  'immediate-enable.configure': 'Says whether a profile is enabled as soon as it is installed.',
  'default-dp.set': 'Sets the SM-DP+ that profiles come from by default.',
  'eim.list': 'Has the eUICC sign which eIMs may manage it.',
  'eim.add': 'Lets another eIM manage the eUICC.',
  'eim.update': 'Changes what the eUICC knows of an eIM, its key among it.',
  'eim.delete': 'Ends an eIM’s access to the eUICC.',
  package: 'Does several of these in one signed package, all or up to the first that fails.',
}

export const OPERATION_TYPES = Object.keys(OPERATIONS)
