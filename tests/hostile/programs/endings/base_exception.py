# must: exception Strange
# complains: Strange: 7
# runs: trusted


class Strange(BaseException):
    pass


raise Strange(7)
