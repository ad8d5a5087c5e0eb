// deploy.sh writes this file anew for the address it deploys to.
export const FUNCTION_URL = 'http://127.0.0.1:8080';
