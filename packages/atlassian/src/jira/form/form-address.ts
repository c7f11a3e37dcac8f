/** The kind's id. */
export const formKind = "jsm.form";

/** Where forms lie: at the gateway's root, whatever the site's own address. */
export const formRoot = "/jira/forms/cloud/{cloudId}";
