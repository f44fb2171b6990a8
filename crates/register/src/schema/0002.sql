create table word (
    word text not null,
    filing bigint not null,
    primary key (word, filing)
){compact};
create table answer (
    item {key},
    filing bigint not null
);
create index answer_filing on answer (filing);
