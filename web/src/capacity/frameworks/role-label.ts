/** "Incident handler (INCIDENT-HANDLER)" in a list to choose from; some names hold their code already. */
export const roleLabel = (name: string, code: string): string => (holdsCode(name, code) ? name : `${name} (${code})`)

export const holdsCode = (name: string, code: string): boolean => name.includes(`(${code})`) || name === code
