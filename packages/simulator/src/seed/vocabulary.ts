/** Lists the words of one line of work; the grammar fills its templates from them. */
export interface Topic {
	readonly name: string;
	readonly things: readonly string[];
	readonly parts: readonly string[];
	readonly deeds: readonly string[];
	readonly troubles: readonly string[];
	readonly measures: readonly string[];
	readonly teams: readonly string[];
	readonly labels: readonly string[];
}

const list = (words: string): readonly string[] => words.split("|").map((word) => word.trim());

const software: Topic = {
	name: "software",
	things: list(
		"checkout service|billing gateway|search index|mobile client|session store|event pipeline|design system|feature flag console|release train|build cache|schema registry|recommendation engine|identity provider|webhook dispatcher|import wizard|audit trail|graph layer|image resizer|notification hub|rate limiter|public API|admin console|reporting module|pricing engine|document editor",
	),
	parts: list(
		"retry logic|connection pool|date parser|access token|query planner|cache key|pagination cursor|error boundary|background worker|migration script|feature toggle|thread pool|serializer|health check|test fixture|upload handler|lock file|response schema|index mapping|message envelope",
	),
	deeds: list(
		"refactor|instrument|replace|roll back|benchmark|document|split|harden|cache|deprecate|backfill|profile|simplify|rewrite|paginate|version|isolate|stabilise",
	),
	troubles: list(
		"times out under load|returns stale results|drops the last page|leaks file handles|fails on empty input|breaks when the locale is Turkish|double counts retries|ignores the feature flag|loses the sort order|swallows the original error|deadlocks during a deploy|rejects valid tokens|duplicates events|shows the wrong time zone|truncates long names",
	),
	measures: list(
		"p95 latency|error rate|build time|test coverage|cold start time|cache hit ratio|bundle size|throughput|crash-free sessions|queue depth",
	),
	teams: list("Platform team|Mobile squad|Search team|Payments squad|Developer Experience|Release engineering|API guild|Design Systems"),
	labels: list("backend|frontend|api|performance|tech-debt|mobile|testing|release|security|refactoring|architecture|flaky-test"),
};

const operations: Topic = {
	name: "operations",
	things: list(
		"primary database|load balancer|backup vault|staging cluster|VPN gateway|log archive|message broker|edge network|certificate store|jump host|object storage bucket|monitoring stack|paging rotation|container registry|data warehouse|mail relay|patch calendar|warehouse scanner fleet|disaster recovery site|status page",
	),
	parts: list(
		"failover script|disk quota|alert rule|replica set|firewall policy|snapshot schedule|service account|node pool|retention window|DNS record|maintenance window|runbook step|root volume|access list|cron job|secret rotation|capacity model|ingress route",
	),
	deeds: list(
		"patch|fail over|resize|rotate|decommission|rehearse|monitor|restore|migrate|drain|audit|re-provision|throttle|encrypt|relocate|upgrade|rightsize",
	),
	troubles: list(
		"filled its disk overnight|paged the wrong team|lost quorum for nine minutes|came back with an old certificate|was skipped by the nightly job|never reached the secondary region|alerts on every deploy|kept a stale route|exceeded its connection limit|ran twice on the same day|could not be restored from last week's copy|drifted from the template|stopped reporting metrics",
	),
	measures: list(
		"recovery time|recovery point|uptime|mean time to acknowledge|disk usage|monthly spend|patch compliance|alert volume|backup age|change failure rate",
	),
	teams: list(
		"Site Reliability|Cloud Operations|Network team|Database administrators|Incident Response|Infrastructure Security|Data Centre Services",
	),
	labels: list(
		"incident|runbook|on-call|capacity|backup|network|database|postmortem|change-request|monitoring|disaster-recovery|kubernetes",
	),
};

const people: Topic = {
	name: "people",
	things: list(
		"onboarding programme|parental leave policy|performance cycle|graduate scheme|engagement survey|travel policy|mentoring programme|hybrid working guide|learning catalogue|interview panel|salary bands|referral bonus|code of conduct|wellbeing allowance|relocation package|induction week|exit interview|volunteering day",
	),
	parts: list(
		"approval form|manager checklist|welcome email|training module|review template|calibration meeting|job description|contract addendum|feedback form|equipment list|probation review|visa letter|holiday calendar|buddy assignment",
	),
	deeds: list("review|publish|translate|simplify|pilot|extend|announce|align|update|communicate|localise|schedule|clarify|measure"),
	troubles: list(
		"confuses new starters|arrives after the first day|is missing for contractors|contradicts the handbook|needs a second approval nobody knows about|does not cover part-time staff|still names a former manager|was never translated into German|is hard to find on a phone|misses the Singapore office|expired in March",
	),
	measures: list(
		"time to hire|offer acceptance|participation rate|retention|internal mobility|training completion|survey score|absence rate",
	),
	teams: list("People Operations|Talent Acquisition|Learning and Development|Workplace team|Reward team|People Partners"),
	labels: list("onboarding|policy|hiring|benefits|training|handbook|culture|leave|wellbeing|diversity"),
};

const finance: Topic = {
	name: "finance",
	things: list(
		"quarterly forecast|expense process|supplier contract|month-end close|purchase order|cost centre report|invoice approval|tax filing|payroll run|revenue schedule|travel budget|fixed asset register|procurement portal|annual audit|credit control list|lease agreement|licence renewal|treasury report|chart of accounts",
	),
	parts: list(
		"approval limit|exchange rate|reconciliation sheet|payment batch|credit note|accrual entry|bank mandate|vendor record|receipt upload|budget line|tax code|signature page|journal template|statement export",
	),
	deeds: list(
		"approve|reconcile|forecast|renegotiate|consolidate|audit|automate|recalculate|review|close|accrue|archive|benchmark|reissue",
	),
	troubles: list(
		"is off by a rounding difference|was booked in the wrong period|waits for a missing receipt|uses last year's exchange rate|was paid twice|lacks a purchase order number|does not match the bank statement|shows the old cost centre|needs a signature from a leaver|was rejected by the auditor|excludes the Dublin entity",
	),
	measures: list(
		"days to close|operating margin|cash conversion|unpaid invoices|budget variance|cost per seat|gross margin|savings to date",
	),
	teams: list("Financial Planning|Accounts Payable|Procurement|Treasury|Internal Audit|Payroll|Revenue Operations"),
	labels: list("budget|invoice|audit|procurement|forecast|payroll|tax|quarter-end|contract|renewal"),
};

const support: Topic = {
	name: "support",
	things: list(
		"help centre|refund request|warranty claim|customer portal|escalation path|onboarding call|knowledge article|satisfaction survey|account merge|delivery complaint|password reset flow|live chat widget|service catalogue|outage notice|return label|loyalty account|subscription change|priority queue|partner hotline",
	),
	parts: list(
		"macro reply|contact form|ticket template|callback slot|priority rule|auto-reply|customer note|attachment viewer|tracking number|language setting|routing rule|satisfaction question|canned answer|duplicate contact",
	),
	deeds: list("answer|escalate|translate|merge|triage|refund|follow up on|reproduce|close|reopen|document|prioritise|reassign|clarify"),
	troubles: list(
		"was answered twice|reached the wrong queue|breached its response target|shows an empty screen on tablets|cannot be found by customers|asks for the order number three times|sends the survey too early|lost its attachment|was closed without an answer|still points to the old portal|confuses business customers",
	),
	measures: list(
		"first response time|resolution time|satisfaction score|backlog size|reopen rate|deflection rate|calls per agent|escalation rate",
	),
	teams: list("Customer Care|Technical Support|Customer Success|Service Desk|Returns team|Community team|Partner Support"),
	labels: list("customer|escalation|sla|refund|how-to|known-issue|faq|feedback|portal|triage"),
};

/** Holds the lines of work that the invented company does. */
export const topics: readonly Topic[] = [software, operations, people, finance, support];

/** Words that every line of work shares. */
export const shared = {
	when: list(
		"next Tuesday|the end of the quarter|the March release|the next change window|Friday noon|the customer workshop|the board meeting|the summer freeze|week 37|the second sprint|Monday's stand-up|the renewal date|the audit|the holiday season|the regional launch",
	),
	where: list(
		"Sydney|Melbourne|Dublin|Utrecht|Singapore|Toronto|Gothenburg|Wellington|Lyon|Porto|Austin|Kraków|Bengaluru|Hobart|the Leeds warehouse|the Zürich office|the northern region|the pilot group",
	),
	role: list(
		"product owner|service manager|team lead|duty engineer|controller|account manager|data steward|release manager|solution architect|works council|legal counsel|security officer|change board|external auditor|shift supervisor",
	),
	tool: list(
		"the shared dashboard|a small script|the vendor's console|a spreadsheet|the command line|a feature flag|the approval workflow|the weekly report|a read-only replica|the test environment|a signed form|the on-call channel",
	),
	reason: list(
		"the old contract ends|two customers asked for it|the auditors will check it|the current one cannot be extended|we saw it fail twice this month|it blocks three other teams|nobody owns it today|the numbers no longer add up|the licence becomes more expensive|it saves about four hours a week|the last rehearsal took too long|the vendor announced the end of support",
	),
	adjective: list(
		"temporary|shared|legacy|quarterly|regional|approved|outdated|automated|manual|external|internal|critical|revised|draft|daily|monthly|customer-facing|read-only|second|final",
	),
	outcome: list(
		"the result is better than expected|two questions stay open|the plan holds|we are a day behind|nothing has to be rolled back|the remaining risk is small|the numbers are confirmed|one region still needs attention|the customer agreed|the workaround can be removed|we need a second review|the effort was underestimated",
	),
} as const;

/** Given names of invented people. */
export const givenNames = list(
	"Amara|Anneke|Bastian|Beatriz|Callum|Chiara|Dagny|Dmitri|Eilidh|Emeka|Farida|Finn|Giulia|Grace|Hamish|Haruka|Imogen|Ines|Jarrah|Joaquín|Kavya|Kirsten|Lachlan|Leilani|Magnus|Mei|Nadia|Niamh|Oluwaseun|Orla|Pradeep|Priya|Quentin|Raúl|Rosalind|Samira|Søren|Tamsin|Teodor|Ulrike|Uri|Valentina|Viktor|Wanjiru|Wren|Xiomara|Yasmin|Yusuf|Zélie|Zoltán",
);

/** Family names of invented people. */
export const familyNames = list(
	"Abernethy|Adeyemi|Bakkerveld|Barrowclough|Castellano-Ruiz|Chaudharani|Dalgleish|Drummoyne|Eskildsen|Evershed|Fairweather|Ferreirinha|Gallagher-Voss|Grimshaw|Halvorsrud|Hinterholzer|Ishikawara|Ivanenko|Jayasinghe|Jorgensdottir|Kapoorthala|Kowalewska|Lindqvister|Lockhart-Mboya|Marchetti|Mwangi|Nakagawara|Nightingale|Okonkwo|Olofsgård|Pemberton|Petrovska|Quillfeather|Quispe|Ravenscroft|Rosenthaler|Sandoval|Satyanarayan|Thistlewood|Tjandra|Underhill|Uzunoğlu|Vandermeer|Villanueva|Whitlock|Wierzbicka|Yamanouchi|Yilmazer|Zambrano|Zimmerling",
);
