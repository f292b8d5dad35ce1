INSERT INTO operations.stage (target, stage, at, by, why) VALUES (:target, :stage, :at, :by, :why)
