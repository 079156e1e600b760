// STUB
export const PersonPanel = () => null
