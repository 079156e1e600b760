// STUB
export const RosterImportPage = () => null
